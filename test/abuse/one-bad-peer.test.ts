// Abuse 10: one peer makes everybody else suffer. Readers that stall are in
// readers-that-stall.test.ts.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sendCommand } from '../../cli/commands/send.ts'
import { EXIT_CODES } from '../../cli/commands/shell/exit-codes.ts'
import { tailCommand } from '../../cli/commands/tail.ts'
import { LIMITS } from '../../protocol/limits.ts'
import { openRoomOnScreen } from '../support/chat-room.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { CommandRun } from '../support/command-run.ts'
import { findMongo, NO_MONGODB } from '../support/mongodb.ts'
import { WireClient } from '../support/wire-client.ts'

async function openRoom(server: TestServer) {
  const owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'x' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  return { owner, room: room.id }
}

/** Two thousand marks on one letter; and as many letters, each with a joiner. */
const ZALGO = `a${'\u0301\u0489'.repeat(999)}`
const JOINED = '👩\u200d'.repeat(1_000)

test('abuse 10: M2 a letter with two thousand marks takes one cell, and the room goes on', async () => {
  await using server = await startTestServer()
  await using onScreen = await openRoomOnScreen(server.url)
  const { terminal, say } = onScreen
  for (const text of [ZALGO, JOINED, ZALGO]) await say(text)
  await say('the next one')
  await terminal.waitFor('the next one')
  terminal.type('still typing')
  await terminal.waitFor('still typing')
  for (const row of terminal.screen()) assert.ok((row.match(/\p{M}/gu)?.length ?? 0) <= 80, row)
})

/** The longest texts that there may be, and those that are one too long. */
const LONGEST = ['a', '가', '👩'].flatMap(letter => [
  [letter.repeat(LIMITS.textLength), true] as const,
  [letter.repeat(LIMITS.textLength + 1), false] as const,
])

test('abuse 10: M2 L1 the client sends exactly what the server takes, and shows what others send', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-parity-'))
  await using server = await startTestServer()
  const { owner, room } = await openRoom(server)
  const options = { server: server.url, tokenFile: join(directory, 'tokens.json') }
  const tail = new CommandRun(context => tailCommand(room, { ...options, json: true }, context))
  await owner.event('chat.join')
  for (const [index, [text, isTaken]] of LONGEST.entries()) {
    const answer = await owner.request({ type: 'chat.send', room, clientMessageId: `m${index}`, text })
    assert.equal(answer.type === 'chat.ack', isTaken, `${text.length} units`)
    const sent = new CommandRun(context => sendCommand(room, text, options, context))
    assert.equal((await sent.exitCode) === EXIT_CODES.done, isTaken, `${text.length} units`)
  }
  const taken = LONGEST.filter(([, isTaken]) => isTaken).flatMap(([text]) => [text, text])
  const texts = () =>
    tail.objects.flatMap(({ type, message }) =>
      // The form of a message (PROTOCOL.md §6).
      type === 'message' ? [(message as { readonly text: string }).text] : [],
    )
  await tail.until(() => texts().length >= taken.length)
  assert.deepEqual(texts(), taken)
  tail.stop()
  await tail.exitCode
  await owner[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** What a query language would act on. */
const QUERIES = ['$where', '{"$gt":""}', '$$ROOT', 'a.b.$[]', "'; return true; //", '$set', '\u0000$ne']

async function assertKeepsQueries(server: TestServer): Promise<void> {
  const { owner, room } = await openRoom(server)
  await using witness = await WireClient.hello(server.url)
  const other = await witness.ask({ type: 'room.create', title: 'other' }, 'room.created')
  await witness.ask({ type: 'chat.join', room: other.room.id }, 'chat.joined')
  for (const text of QUERIES) {
    const send = { type: 'chat.send', room, clientMessageId: text, text } as const
    const { seq } = await owner.ask(send, 'chat.ack')
    // The same id is the same message, and no other one (PROTOCOL.md D3).
    assert.equal((await owner.ask(send, 'chat.ack')).seq, seq)
    await using locked = await WireClient.hello(server.url)
    const { room: made } = await locked.ask(
      { type: 'room.create', title: text, password: text },
      'room.created',
    )
    await locked.ask({ type: 'chat.join', room: made.id, password: text }, 'chat.joined')
    assert.equal((await witness.refused({ type: 'chat.join', room: text })).code, 'invalidRequest')
    const list = { type: 'room.list', cursor: text } as const
    if (/^[!-~]+$/.test(text)) await witness.ask(list, 'room.list')
    else assert.equal((await witness.refused(list)).field, 'cursor')
  }
  const { messages } = await owner.ask({ type: 'chat.history', room }, 'chat.history')
  assert.deepEqual(
    messages.map(message => 'text' in message && message.text),
    QUERIES,
  )
  const history = await witness.ask({ type: 'chat.history', room: other.room.id }, 'chat.history')
  assert.deepEqual(history.messages, [])
  await owner[Symbol.asyncDispose]()
}

test('abuse 10: the words of a query are only words, in every field that takes words', async () => {
  await using server = await startTestServer()
  await assertKeepsQueries(server)
})

const mongo = await findMongo()
test('abuse 10: nor does MongoDB act on them', { skip: mongo === undefined && NO_MONGODB }, async () => {
  if (mongo === undefined) return
  await using _mongo = mongo
  await using server = await startTestServer({
    mongodbUri: mongo.uri,
    mongodbDatabase: mongo.newDatabaseName().slice(0, 38),
  })
  await assertKeepsQueries(server)
})
