import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, test } from 'node:test'
import { sendCommand } from '../../../../cli/commands/send.ts'
import { readDisplaySettings } from '../../../../cli/commands/shell/read-display-settings.ts'
import { runFrontend } from '../../../../cli/frontend/run-frontend.ts'
import { en } from '../../../../cli/i18n/en.ts'
import { startTestServer } from '../../../support/chat-server.ts'
import { CommandRun } from '../../../support/command-run.ts'
import { MemoryTerminal } from '../../../support/memory-terminal.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-debug-'))
})
after(() => rm(directory, { recursive: true, force: true }))

interface Line {
  readonly at: number
  readonly connection: number
  readonly type: string
  readonly frame?: { readonly type: string; readonly text?: string; readonly token?: string }
  readonly event?: { readonly type: string; readonly key?: { readonly key?: string } }
  readonly effect?: { readonly type: string; readonly text?: string }
}

const linesIn = async (path: string): Promise<readonly Line[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))

test('the file holds keys, effects and frames in order, but no passwords or tokens', async () => {
  await using server = await startTestServer()
  const path = join(directory, 'screen.jsonl')
  const tokens = join(directory, 'screen-tokens.json')
  const env = { TERM: 'xterm-256color', GIFCHAT_DEBUG: path, GIFCHAT_TOKEN_FILE: tokens }
  const terminal = new MemoryTerminal(80, 24, env).answerQuestions()
  const stopped = new AbortController().signal
  const context = { ...terminal, terminal, stderr: new PassThrough(), texts: en, stopped }
  const command = { name: 'gifchat', server: server.url, canServe: false, open: async () => undefined }
  const ended = runFrontend(command, readDisplaySettings({}, env), {}, context)
  await terminal.view.waitFor('Rooms')
  terminal.type('n')
  await terminal.view.waitFor('Open a room')
  for (const field of ['night train\t', '5\t', 'canary-typed']) terminal.type(field)
  terminal.type('\x1b[200~canary-pasted\x1b[201~')
  await terminal.view.waitFor('•'.repeat('canary-typedcanary-pasted'.length))
  terminal.type('\r')
  await terminal.view.waitFor('1/5')
  terminal.type('hello there')
  await terminal.view.waitFor('› hello there')
  terminal.type('\r')
  await terminal.view.waitFor('you')
  terminal.type('/quit\r')
  assert.equal(await ended, 0)

  const text = await readFile(path, 'utf8')
  const { tokens: known } = JSON.parse(await readFile(tokens, 'utf8'))
  const token = known[server.url.replace('127.0.0.1', 'localhost')]
  assert.ok(typeof token === 'string' && token.length > 20)
  assert.ok(!text.includes(token), 'no token')
  assert.doesNotMatch(text, /canary/)
  assert.doesNotMatch(terminal.output, /screen\.jsonl/, 'nothing of it is on the screen')
  assert.equal((await stat(path)).mode & 0o777, 0o600)

  const lines = await linesIn(path)
  assert.deepEqual(
    lines.map(line => line.at),
    lines.map(line => line.at).toSorted((a, b) => a - b),
  )
  assert.deepEqual(
    lines.filter(line => line.frame?.type === 'welcome').map(line => line.frame?.token),
    ['***'],
  )
  const said = lines.findIndex(line => line.effect?.type === 'say')
  assert.equal(lines[said]?.effect?.text, 'hello there')
  assert.equal(lines[said - 1]?.event?.key?.key, 'enter')
  const sent = lines.findIndex(line => line.type === 'sent' && line.frame?.text === 'hello there')
  const acked = lines.findIndex(line => line.type === 'received' && line.frame?.type === 'chat.ack')
  assert.ok(said < sent && sent < acked, `${said} ${sent} ${acked}`)
  assert.equal(lines[sent]?.connection, 1)
  assert.equal(lines.at(-1)?.type, 'closed')
})

test('a script command appends the frames of its own connection', async () => {
  await using server = await startTestServer()
  const path = join(directory, 'script.jsonl')
  const env = { GIFCHAT_DEBUG: path, GIFCHAT_PASSWORD: 'canary', GIFCHAT_TOKEN_FILE: `${path}.tokens` }
  for (const _ of [1, 2]) {
    const run = new CommandRun(context => sendCommand('nowhere1', 'hi', { server: server.url }, context), {
      env,
    })
    assert.equal(await run.exitCode, 4)
  }
  const lines = await linesIn(path)
  assert.deepEqual(
    lines.filter(line => line.type === 'sent').map(line => line.frame?.type),
    ['hello', 'chat.join', 'hello', 'chat.join'],
  )
  assert.doesNotMatch(await readFile(path, 'utf8'), /canary/)
})

test('a file that can’t be opened is told in one sentence, with exit code 2', async () => {
  const env = { GIFCHAT_DEBUG: join(directory, 'no/such/directory.jsonl') }
  const run = new CommandRun(context => sendCommand('r1', 'hi', {}, context), { env })
  assert.equal(await run.exitCode, 2)
  assert.match(run.stderr, /^GIFCHAT_DEBUG names \S+directory\.jsonl, which can't be written: [^\n]*\.\n$/)
})
