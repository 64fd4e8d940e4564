import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { wireCommand } from '../../../cli/commands/wire.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { CommandRun } from '../../support/command-run.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { KEYS, openTerminal } from '../../support/terminal.ts'

const bin = join(import.meta.dirname, '../../../bin/gifchat.js')

let directory = ''
let tokenFile = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-wire-'))
  tokenFile = join(directory, 'tokens.json')
})
after(() => rm(directory, { recursive: true, force: true }))

/** Runs the built `gifchat wire` with these lines on standard input. */
async function runWire(lines: readonly string[], ...args: readonly string[]) {
  const child = spawn(process.execPath, [bin, 'wire', '--token-file', tokenFile, ...args], {
    env: { ...process.env, LANG: 'C' },
  })
  child.stdin.end(lines.map(line => `${line}\n`).join(''))
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, error }
}

test('says hello with our token, sends what is piped in, and waits for every answer', async () => {
  await using server = await startTestServer()
  const first = await runWire(['room.create title="night train" max=3', 'room.list'], server.url)
  assert.deepEqual([first.code, first.error], [0, ''])
  assert.match(first.out, /^\d\d:\d\d:\d\d\.\d{3} → \{"type":"hello","id":"1","client":"gifchat wire"\}\n/)
  assert.match(first.out, / ← \{\n {2}"type": "room\.created",\n {2}"id": "2",/)
  assert.match(first.out, /"title": "night train"/)
  assert.match(first.out, / × 1000 normal\n$/)
  assert.match(first.out, /"identity": "new"/)

  const { tokens } = JSON.parse(await readFile(tokenFile, 'utf8'))
  assert.ok(
    !first.out.includes(tokens[server.url.replace('127.0.0.1', 'localhost')]),
    'the token is not shown',
  )
  const second = await runWire(['{"type":"room.list","id":"mine"}'], server.url, '--json')
  const lines = second.out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ direction, frame }) => [direction, frame?.type, frame?.id]),
    [
      ['out', 'hello', '1'],
      ['in', 'welcome', '1'],
      ['out', 'room.list', 'mine'],
      ['in', 'room.list', 'mine'],
      ['closed', undefined, undefined],
    ],
  )
  assert.equal(lines[1].frame.identity, 'known')
  assert.deepEqual([lines[4].code, lines[4].name], [1000, 'normal'])
})

test('--no-hello sends no hello; when the server closes, the code and its name are told and the exit is 3', async () => {
  await using server = await startTestServer()
  const byHand = await runWire(['hello client=me'], server.url, '--no-hello')
  assert.equal(byHand.code, 0)
  assert.match(byHand.out, /→ \{"type":"hello","id":"1","client":"me"\}/)
  assert.match(byHand.out, /"token": "[^*"]{20,}"/)

  const early = await runWire(['room.list'], server.url, '--no-hello')
  assert.equal(early.code, 3)
  assert.match(early.out, / × 4401 helloExpected\n$/)
  assert.equal(early.error, 'The server closed the connection with 4401 (helloExpected).\n')

  const broken = await runWire(['{"type":'], server.url)
  assert.equal(broken.code, 3)
  assert.match(broken.out, / → \{"type":\n.* × 4400 invalidFrame\n$/)
})

test('a line that makes no sense is not sent, and a server that is not there has its usual code', async () => {
  await using server = await startTestServer()
  const unclear = await runWire(['chat.send text=hello there'], server.url)
  assert.equal(unclear.code, 0)
  assert.match(unclear.error, /^This was not sent: [^\n]*\n$/)
  assert.doesNotMatch(unclear.out, /chat\.send/)
  const url = server.url
  await server.close()
  const gone = await runWire([], url)
  assert.deepEqual([gone.code, gone.out], [3, ''])
  assert.match(gone.error, /^No server answers at/)
  assert.equal((await runWire([], 'ftp://x')).code, 2)
})

test('nothing that a server sends acts on the terminal', async () => {
  await using server = await FakeServer.start()
  const frames = [
    '{"type":"x","text":"\\u001b[2J\\u009b31m\\u202e"}',
    '{"type":"x","text":"\u009b31m\u202e"}',
    'no JSON: \u001b[2J\u001b]52;c;AAAA\u0007\u009b31m',
  ]
  server.script = (_, connection) => {
    for (const frame of frames) connection.socket.send(frame)
    return undefined
  }
  const run = new CommandRun(context => wireCommand(server.url, { tokenFile }, context))
  run.stdin.end()
  assert.equal(await run.exitCode, 0)
  assert.match(run.stdout.replaceAll('\n', ''), /^[^\p{Cc}\p{Bidi_Control}]*$/u)
  assert.match(run.stdout, /"text":"\\u001b\[2J\\u009b31m\\u202e"/)
  assert.match(run.stdout, /← no JSON: \n/)
})

test('I1: hello is said again when the server lets newcomers wait, and only then lines are sent', async () => {
  await using server = await FakeServer.start()
  server.script = (request, connection) => {
    if (request.type !== 'hello' || server.requests('hello').length > 1) return undefined
    connection.refuse(request.id, 'rateLimited', 1)
    return 'handled'
  }
  const run = new CommandRun(context => wireCommand(server.url, { tokenFile }, context))
  run.stdin.end('room.list\n')
  assert.equal(await run.exitCode, 0)
  assert.deepEqual(
    server.received.map(({ type }) => type),
    ['hello', 'hello', 'room.list'],
  )
})

test('typed in a terminal, each line is answered, and Ctrl-C or Ctrl-D ends it with 0', async () => {
  await using server = await startTestServer()
  for (const end of [KEYS.ctrlC, KEYS.ctrlD]) {
    await using terminal = await openTerminal({ args: ['wire', server.url] })
    await terminal.waitFor('"identity": "new"')
    terminal.type(`room.list${KEYS.enter}`)
    await terminal.waitFor('"cursor":null')
    terminal.type(end)
    assert.equal(await terminal.exited, 0)
  }
})
