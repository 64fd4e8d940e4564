import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sampleGif } from '../support/gif-samples.ts'
import { ProgramRun } from '../support/program-run.ts'
import { freePort } from '../support/server-process.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'

const addresses = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
  list.map(entry => ({ name, ...entry })),
)
const loopback = addresses.find(({ address }) => address === '::1')
const global = addresses.filter(
  ({ family, internal, address }) => family === 'IPv6' && !internal && !address.startsWith('fe80:'),
)

describe('IPv6', { skip: loopback === undefined && 'this machine has no IPv6' }, () => {
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gifchat-ipv6-'))
  })
  after(() => rm(directory, { recursive: true }))

  const serve = async (...args: readonly string[]) => {
    const port = await freePort()
    const data = await mkdtemp(join(directory, 'data-'))
    const server = await ProgramRun.start(['serve', '--port', String(port), '--data', data, ...args])
    await server.prints('"msg":"serves"')
    return { server, port }
  }

  for (const host of ['[::1]', '::1'])
    test(`serve --host ${host} listens there, and people come as they write it`, async () => {
      const { server, port } = await serve('--host', host)
      await using _server = server
      assert.ok(server.stdout.includes(`"url":"ws://[::1]:${port}"`), server.stdout)
      const zone = loopback?.name ?? ''
      for (const address of [`[::1]:${port}`, `ws://[::1]:${port}`, `[::1%${zone}]:${port}`, 'localhost']) {
        const at = address === 'localhost' ? `localhost:${port}` : address
        await using run = await ProgramRun.start(['whoami', '--server', at])
        assert.equal(await run.exited, 0, `${at}: ${run.stderr}`)
      }
    })

  test('a GIF goes to an address with a network interface in it', async () => {
    const { server, port } = await serve('--host', '::1')
    await using _server = server
    await using host = await openTerminal({
      args: ['create', 'zoned', '--server', `[::1%${loopback?.name}]:${port}`],
    })
    await host.waitFor('zoned')
    const [, line = ''] = host.output.match(/gifchat join (\S+\/[a-z0-9]{8})/) ?? []
    const prepare = (home: string) => writeFile(join(home, 'cat.gif'), sampleGif())
    await using sending = await ProgramRun.start(['send', line, '--gif', 'cat.gif'], { prepare })
    assert.equal(await sending.exited, 0, sending.stderr)
    await host.waitFor('cat.gif')
  })

  test('a bare ::1 is an address, on the usual port', async () => {
    await using doctor = await ProgramRun.start(['doctor', '--json', '--server', '::1'])
    await doctor.exited
    assert.equal(JSON.parse(doctor.stdout).server.address, 'ws://[::1]:8005')
  })

  test('whoever writes localhost, 127.0.0.1 or ::1 is the same person there', async () => {
    const { server, port } = await serve()
    await using _server = server
    const people = new Set<string>()
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      const args = ['whoami', '--server', `${name}:${port}`, '--token-file', join(directory, 'tokens.json')]
      await using run = await ProgramRun.start(args)
      assert.equal(await run.exited, 0, run.stderr)
      people.add(run.stdout)
    }
    assert.equal(people.size, 1, [...people].join(''))
  })

  test('serve and /invite list the IPv6 addresses too', {
    skip: global.length === 0 && 'this machine has no IPv6 address in a network',
  }, async () => {
    const { server, port } = await serve()
    await using _server = server
    await using host = await openTerminal({
      args: ['create', 'everywhere', '--server', `ws://localhost:${port}`],
      columns: 120,
    })
    await host.waitFor('everywhere')
    await host.ready()
    host.type(`/invite${KEYS.enter}`)
    for (const { address } of global) {
      assert.ok(server.stdout.includes(`"ws://[${address}]:${port}"`), server.stdout)
      await host.waitFor(`gifchat join "ws://[${address}]:${port}/`)
    }
  })
})
