import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { NO_MOUNT, SmallDisk } from '../support/small-disk.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'

const probe = SmallDisk.mount()
probe?.[Symbol.dispose]()
const skip = probe === undefined ? NO_MOUNT : false

const WAITS = 'the server cannot store anything now'

const linesOf = (log: string) =>
  log
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

test('somebody who writes while the disk of the server is full reads that it waits and why, and it is sent when there is space again', {
  skip,
}, async () => {
  using disk = SmallDisk.mount()
  assert.ok(disk !== undefined)
  await using server = new ServerProcess({ port: await freePort(), data: join(disk.path, 'data') })
  await server.start()
  const http = server.url.replace('ws:', 'http:')
  const isReady = async () => (await fetch(`${http}/readyz`)).status === 200
  await using terminal = await openTerminal({ args: ['create', 'full', '--server', server.url] })
  await terminal.waitFor('Hand this line on')
  assert.ok(await isReady())
  disk.fill()
  terminal.type(`the disk is full${KEYS.enter}`)
  await terminal.waitFor(WAITS)
  assert.ok(!(await isReady()))
  await server.logged("the data directory can't be written")
  disk.empty()
  await terminal.waitFor(screen => !screen.text().join(' ').includes(WAITS))
  assert.match(terminal.screen().join('\n'), /the disk is full/)
  await server.logged('the data directory can be written again')
  assert.ok(await isReady())
  const trouble = linesOf(server.log).filter(({ msg }) => msg.includes('data directory'))
  assert.equal(trouble.length, 2)
  assert.match(trouble[0].reason, /ENOSPC/)
  assert.ok(trouble[1].awayMs > 0)
  assert.ok(!server.log.includes('the disk is full'))
  // The server goes before its disk.
  await server.stop()
})
