import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { sendCommand } from '../../../cli/commands/send.ts'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { tailCommand } from '../../../cli/commands/tail.ts'
import { wireCommand } from '../../../cli/commands/wire.ts'
import { LIMITS } from '../../../protocol/limits.ts'
import { CommandRun } from '../../support/command-run.ts'
import type { FakeConnection } from '../../support/fake-connection.ts'
import { FakeServer } from '../../support/fake-server.ts'

let home = ''
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'gifchat-slow-reader-'))
})
after(() => rm(home, { recursive: true, force: true }))

const options = (server: FakeServer) => ({
  server: server.url,
  tokens: join(home, 'tokens.json'),
  json: true,
})

/** What waits in a server for a client that reads on is taken sooner than this many turns. */
const QUIET_TURNS = 200

/** Resolves when `count` has not changed for a while, with what it is then. */
async function whenQuiet(count: () => number): Promise<number> {
  let last = count()
  for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
    await setImmediate()
    if (count() !== last) turns = 0
    last = count()
  }
  return last
}

function onlyConnection(server: FakeServer): FakeConnection {
  const [connection] = server.connections
  assert.ok(connection !== undefined)
  return connection
}

/** More than the sockets of both sides hold. */
const MESSAGES = 12_000
const LONG_TEXT = 'x'.repeat(LIMITS.textLength)

test('D8: a tail that nobody reads reads nothing itself, and misses nothing once it is read', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  server.resumeMessages = 50 // what fits a frame
  const run = new CommandRun(context => tailCommand('r1', options(server), context), { isUnread: true })
  await server.until(() => server.room('r1').seated.size === 1)
  const connection = onlyConnection(server)
  for (let seq = 1; seq <= MESSAGES; seq += 1) server.say('r1', LONG_TEXT)
  assert.ok((await whenQuiet(() => connection.socket.bufferedAmount)) > 0)
  // As a server does that finds a slow consumer.
  connection.close(4503)
  connection.drop()
  server.say('r1', 'meanwhile')
  run.readOutput()
  await run.until(() => run.stdout.includes('meanwhile'))
  const seen = run.objects.filter(({ type }) => type === 'message').map(({ message }) => Object(message).seq)
  assert.deepEqual(
    seen,
    Array.from({ length: MESSAGES + 1 }, (_, place) => place + 1),
  )
  assert.ok(server.requests('chat.join').length > 1)
  run.stop()
  assert.equal(await run.exitCode, EXIT_CODES.done)
})

test('a tail that nobody reads ends at a signal', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  const run = new CommandRun(context => tailCommand('r1', options(server), context), { isUnread: true })
  await server.until(() => server.room('r1').seated.size === 1)
  for (let seq = 1; seq <= MESSAGES; seq += 1) server.say('r1', LONG_TEXT)
  await whenQuiet(() => onlyConnection(server).socket.bufferedAmount)
  run.stop()
  assert.equal(await run.exitCode, EXIT_CODES.done)
})

test('a wire that nobody reads reads nothing itself', async () => {
  await using server = await FakeServer.start()
  const run = new CommandRun(context => wireCommand(server.url, options(server), context), { isUnread: true })
  await server.until(() => server.requests('hello').length === 1)
  const connection = onlyConnection(server)
  for (let room = 1; room <= MESSAGES; room += 1)
    connection.send({ type: 'room.removeRoom', room: LONG_TEXT.slice(8) + String(room).padStart(8, '0') })
  assert.ok((await whenQuiet(() => connection.socket.bufferedAmount)) > 0)
  run.readOutput()
  await run.until(() => run.stdout.includes(`x${String(MESSAGES).padStart(8, '0')}`))
  run.stdin.end()
  assert.equal(await run.exitCode, EXIT_CODES.done)
})

test('a send of many lines waits for whoever reads its acks', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  const run = new CommandRun(context => sendCommand('r1', '-', options(server), context), { isUnread: true })
  const lines = Array.from({ length: 1_500 }, (_, place) => `line ${place}`)
  run.stdin.end(`${lines.join('\n')}\n`)
  await server.until(() => server.requests('chat.send').length > 0)
  assert.ok((await whenQuiet(() => server.requests('chat.send').length)) < lines.length)
  run.readOutput()
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.equal(run.lines.length, lines.length)
})
