// Abuse 3: a secret in what others are sent, or in what is written down. That the client's own
// debug file has no secrets is in test/cli/commands/shell/debug-file.test.ts.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { roomsCommand } from '../../cli/commands/rooms.ts'
import { sendCommand } from '../../cli/commands/send.ts'
import { EXIT_CODES } from '../../cli/commands/shell/exit-codes.ts'
import { startTestServer } from '../support/chat-server.ts'
import { CommandRun } from '../support/command-run.ts'
import { WireClient } from '../support/wire-client.ts'

const PASSWORD = 'canary-5ecret'
const SECRETS = /canary|scrypt/
const openRoom = { type: 'room.create', title: 'open', password: PASSWORD } as const

/** Everything in a directory, each file by its path. */
async function filesIn(directory: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(paths.map(async path => [path, await readFile(path, 'latin1')] as const))
}

test('abuse 3: a password is in no frame, no list, no log line, and a token in no log line', async () => {
  await using server = await startTestServer({ logLevel: 'debug' })
  await using watcher = await WireClient.hello(server.url)
  await watcher.ask({ type: 'room.subscribe' }, 'room.list')
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask(openRoom, 'room.created')
  const join = { type: 'chat.join', room: room.id } as const
  await owner.ask({ ...join, password: PASSWORD }, 'chat.joined')
  const guest = await WireClient.hello(server.url)
  await guest.refused({ ...join, password: 'canary-guess' })
  await guest.refused({ ...openRoom, title: '' })
  // A password in a field where it does not belong is not told back either.
  await guest.refused({ ...join, [PASSWORD]: 1, room: `${PASSWORD} ` } as typeof join)
  await watcher.ask({ type: 'room.list' }, 'room.list')
  await watcher.event('room.newRoom')
  await guest[Symbol.asyncDispose]()
  for (const client of [watcher, owner])
    for (const frame of client.frames) assert.doesNotMatch(frame, SECRETS)
  const told = guest.frames.filter(frame => !frame.includes('"field":'))
  for (const frame of told) assert.doesNotMatch(frame, SECRETS)
  assert.ok(server.log.lines.length > 0)
  for (const line of server.log.lines) {
    assert.doesNotMatch(line, SECRETS)
    for (const { token } of [watcher, owner, guest]) assert.ok(!line.includes(token), line)
  }
})

test('abuse 3: the password of a living room is in no file, and no token is', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask(openRoom, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id, password: PASSWORD }, 'chat.joined')
  await owner.ask({ type: 'chat.send', room: room.id, clientMessageId: 'a', text: 'seen' }, 'chat.ack')
  const files = await filesIn(server.directory)
  // What is looked at is where the room is kept.
  assert.ok(files.some(([, text]) => text.includes('seen')))
  for (const [path, text] of files) {
    assert.ok(!text.includes(PASSWORD), path)
    assert.ok(!text.includes(owner.token), path)
  }
})

test('abuse 3: the client writes a password neither to its output nor to a file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-canary-'))
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask(openRoom, 'room.created')
  const options = { server: server.url, tokenFile: join(directory, 'tokens.json') }
  const env = { GIFCHAT_DEBUG: join(directory, 'debug.jsonl') }
  const output: string[] = []
  for (const [password, exitCode] of [
    [PASSWORD, EXIT_CODES.done],
    ['canary-guess', EXIT_CODES.wrongPassword],
  ] as const) {
    const run = new CommandRun(context => sendCommand(room.id, 'hi', { ...options, password }, context), {
      env,
    })
    assert.equal(await run.exitCode, exitCode, run.stderr)
    output.push(run.stdout, run.stderr)
  }
  const run = new CommandRun(context => roomsCommand({ ...options, json: true }, context), { env })
  assert.equal(await run.exitCode, EXIT_CODES.done)
  const files = await filesIn(directory)
  assert.ok(files.length >= 1)
  for (const text of [...output, run.stdout, ...files.map(([, text]) => text)])
    assert.doesNotMatch(text, SECRETS)
  await rm(directory, { recursive: true })
})
