import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { completionRoomsCommand } from '../../../cli/commands/completion-rooms.ts'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { CommandRun } from '../../support/command-run.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { ProgramRun } from '../../support/program-run.ts'
import { openShell, SHELL_NAMES, whyWithout } from '../../support/shells.ts'
import { KEYS } from '../../support/terminal.ts'

const program = join(import.meta.dirname, '../../../bin/gifchat.js')

/** Takes what was typed off the line, in each of these shells. */
const CTRL_U = '\x15'

let traces = ''
before(async () => {
  traces = await mkdtemp(join(tmpdir(), 'gifchat-ran-'))
})
after(() => rm(traces, { recursive: true }))

/** What a server might send as ids of rooms: each leaves a file where a shell runs it. */
const hostileIds = () => {
  const run = (name: string) => `echo>${traces}/${name}`
  return [
    `k\`${run('backticks')}\``,
    `k$(${run('dollar')})`,
    `k;${run('semicolon')};`,
    `k'$(${run('quotes')})'`,
    `k<(${run('process')})`,
    `k:$(${run('description')})`,
    'k*',
    'k\x1b[31m',
    '-k',
    `\${(e):-k\`${run('flags')}\`}`,
  ]
}

test('Tab does not wait for a server that says nothing', async () => {
  await using server = await FakeServer.start()
  server.script = () => 'handled'
  const options = { server: server.url, tokenFile: join(traces, 'none.json') }
  const run = new CommandRun(context => completionRoomsCommand(options, context))
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.equal(run.stdout, '')
  await server.until(() => server.requests('hello').length === 1)
  // It was not the request that was given up, which would have ended the connection.
  assert.equal(server.connections.size, 1)
})

test('Tab waits longer where the program itself took long to start', async () => {
  await using server = await FakeServer.start()
  server.addRoom('k3mw9x2a')
  server.script = async request => {
    if (request.type === 'room.list') await setTimeout(200)
    return undefined
  }
  const slowly = ['--import', 'data:text/javascript,await new Promise(resolve => setTimeout(resolve, 700))']
  const env = { GIFCHAT_SERVER: server.url }
  await using run = await ProgramRun.start(['completion', 'rooms'], { env, nodeArgs: slowly })
  await run.exited
  assert.equal(run.stdout, 'k3mw9x2a\n')
})

describe('a server that is named on the line', () => {
  const named = 'ws://127.0.0.1:9005'
  for (const shell of SHELL_NAMES) {
    test(`${shell} offers its rooms, and not those of another`, { skip: whyWithout(shell) }, async () => {
      await using session = await openShell(
        shell,
        `#!/bin/sh
if [ "$1 $2" != 'completion rooms' ]; then exec '${process.execPath}' '${program}' "$@"; fi
if [ "$GIFCHAT_SERVER" = '${named}' ]; then echo named-room; else echo usual-room; fi
`,
        { GIFCHAT_SERVER: 'ws://usual.example' },
      )
      const { terminal } = session
      for (const flag of [`--server ${named}`, `--server=${named}`, `--server "${named}"`]) {
        terminal.type(`gifchat join ${flag} n${KEYS.tab}`)
        await terminal.waitFor('named-room')
        terminal.type(`${CTRL_U}clear\r`)
        await terminal.waitFor(view => !view.text().join().includes('named-room'))
      }
      terminal.type(`gifchat join u${KEYS.tab}`)
      await terminal.waitFor('usual-room')
    })
  }
})

test('Tab ends for a server that takes connections and never answers', async () => {
  const connected = Promise.withResolvers<void>()
  const silent = createServer(socket => {
    socket.unref()
    connected.resolve()
  })
  silent.listen(0, '127.0.0.1').unref()
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo // a listening TCP server has one
  const env = { GIFCHAT_SERVER: `ws://127.0.0.1:${port}` }
  await using run = await ProgramRun.start(['completion', 'rooms'], { env })
  await run.exited
  assert.equal(run.stdout, '')
  await connected.promise
})

test('Tab ends while the system is asked for something that never comes', async () => {
  // A name server that is silent keeps a thread of Node as busy as this does.
  const pipe = join(traces, 'pipe')
  execFileSync('mkfifo', [pipe])
  const env = { GIFCHAT_TOKEN_FILE: pipe }
  await using run = await ProgramRun.start(['completion', 'rooms'], { env })
  await run.exited
  assert.equal(run.stdout, '')
  await rm(pipe)
})

describe('ids that a shell would run', () => {
  for (const shell of SHELL_NAMES) {
    test(`${shell} offers the room beside them and runs none`, { skip: whyWithout(shell) }, async () => {
      // Past the program's own check, so that the shell's is seen alone.
      const ids = [...hostileIds(), 'k3mw9x2a']
      const answer = ids.map(id => `printf '%s\\n' '${id.replaceAll("'", `'\\''`)}'`).join('\n')
      await using session = await openShell(
        shell,
        `#!/bin/sh
if [ "$1 $2" != 'completion rooms' ]; then exec '${process.execPath}' '${program}' "$@"; fi
${answer}
`,
      )
      const { terminal } = session
      terminal.type(`gifchat join k${KEYS.tab}`)
      await terminal.waitFor('gifchat join k3mw9x2a')
      terminal.type(`${CTRL_U}echo emp"tied"\r`)
      await terminal.waitFor('emptied')
      terminal.type(`gifchat join ${KEYS.tab}${KEYS.tab}`)
      await terminal.waitFor('k3mw9x2a')
      terminal.type(`${CTRL_U}echo still"here"\r`)
      await terminal.waitFor('stillhere')
      assert.deepEqual(await readdir(traces), [])
      assert.doesNotMatch(terminal.output, /semicolon|backticks|dollar/)
    })
  }
})
