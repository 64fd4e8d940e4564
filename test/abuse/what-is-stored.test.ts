import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomId } from '../../protocol/model.ts'
import { filesIn, tracesIn } from '../server/store/store-files.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { WireClient } from '../support/wire-client.ts'

const MIB = 1024 * 1024
const FLOODER = '127.0.0.2'
const ROOMS = 8
const LIMITS = { roomsPerAddress: ROOMS, messageBytesPerRoom: 3 * MIB, messageBytes: 8 * MIB }
/** The longest text on a disk: a control character has six bytes there. */
const TEXT = `-flood-${'\u0001'.repeat(1_993)}`
/** Messages of a flood, twice of what a room may keep. */
const MANY = 500
const TOGETHER = 20
/** A segment has 1 MiB and what was said at once; the newest of each room stays. */
const SEGMENT = 1.3 * MIB
/** What has come, or is being wiped, while the server begins to trim. */
const ON_THE_WAY = 5 * MIB

async function hello(server: TestServer, localAddress: string): Promise<WireClient> {
  const client = await WireClient.open(server.url, { localAddress })
  const { token } = await client.ask({ type: 'hello' }, 'welcome')
  client.token = token
  return client
}

const bytesIn = (...path: readonly string[]): number =>
  filesIn(join(...path)).reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )

/** Says so much that a room can't keep it. Returns the most bytes that were in the directory. */
async function flood(server: TestServer, client: WireClient, room: RoomId, name: string): Promise<number> {
  let most = 0
  for (let said = 0; said < MANY; said += TOGETHER) {
    const acks = Array.from({ length: TOGETHER }, (_, index) => {
      const clientMessageId = `${name}-${said + index}`
      return client.ask({ type: 'chat.send', room, clientMessageId, text: TEXT }, 'chat.ack')
    })
    await Promise.all(acks)
    most = Math.max(most, bytesIn(server.directory))
  }
  return most
}

/** Reads a room back from its newest message; returns the seqs, oldest first. */
async function readBack(client: WireClient, room: RoomId): Promise<readonly number[]> {
  const seqs: number[] = []
  for (;;) {
    const beforeSeq = seqs[0]
    const page = await client.ask({ type: 'chat.history', room, beforeSeq, limit: 100 }, 'chat.history')
    if (page.messages.length === 0) return seqs
    seqs.unshift(...page.messages.map(({ seq }) => seq))
  }
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('M6 L3 one address that floods rooms fills no disk, costs nobody a message, and leaves nothing', async () => {
  await using server = await startTestServer({ ...LIMITS, emptyRoomGraceMs: 0 })
  const { directory } = server
  const somebody = await hello(server, '127.0.0.1')
  const { room: quiet } = await somebody.ask({ type: 'room.create', title: 'quiet' }, 'room.created')
  await somebody.ask({ type: 'chat.join', room: quiet.id }, 'chat.joined')
  const say = (clientMessageId: string) =>
    somebody.ask({ type: 'chat.send', room: quiet.id, clientMessageId, text: '-quiet-' }, 'chat.ack')
  for (const id of ['1', '2', '3']) await say(id)

  const flooders: { client: WireClient; room: RoomId }[] = []
  for (let index = 0; index < ROOMS; index++) {
    const client = await hello(server, FLOODER)
    const { room } = await client.ask({ type: 'room.create', title: 'flood' }, 'room.created')
    await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
    flooders.push({ client, room: room.id })
    const most = await flood(server, client, room.id, 'first')
    // The oldest segments go a moment after there is too much.
    while (bytesIn(directory, 'rooms', room.id) >= LIMITS.messageBytesPerRoom + SEGMENT) await sleep(20)
    assert.ok(most < LIMITS.messageBytes + ON_THE_WAY, `${most} bytes with ${index + 1} rooms`)
  }
  const another = await hello(server, FLOODER)
  assert.equal((await another.refused({ type: 'room.create', title: 'more' })).code, 'tooManyRooms')

  for (const { client, room } of flooders) {
    const seqs = await readBack(client, room)
    assert.deepEqual(seqs, range(seqs[0] ?? 0, MANY))
    assert.ok(seqs.length >= 50, `${seqs.length} messages are left`)
    const joined = await another.ask({ type: 'chat.join', room, sinceSeq: 0 }, 'chat.joined')
    assert.deepEqual([joined.gap, joined.lastSeq], [true, MANY])
  }
  assert.deepEqual(await readBack(somebody, quiet.id), [1, 2, 3])

  // A server that starts again goes on with what is there.
  for (const { client } of flooders) client.cut()
  another.cut()
  somebody.cut()
  await server.close()
  await using next = await startTestServer({ ...LIMITS, keep: directory, emptyRoomGraceMs: 0 })
  const back = await WireClient.hello(next.url, somebody.token)
  await back.ask({ type: 'chat.join', room: quiet.id }, 'chat.joined')
  for (const { client, room } of flooders.slice(0, 2)) {
    const again = await WireClient.hello(next.url, client.token)
    const joined = await again.ask({ type: 'chat.join', room, sinceSeq: 0 }, 'chat.joined')
    assert.deepEqual([joined.gap, joined.lastSeq], [true, MANY])
    const most = await flood(next, again, room, 'second')
    assert.ok(most < LIMITS.messageBytes + ON_THE_WAY, `${most} bytes after a restart`)
    assert.equal((await readBack(again, room)).at(-1), 2 * MANY)
    await again[Symbol.asyncDispose]()
  }
  assert.deepEqual(await readBack(back, quiet.id), [1, 2, 3])

  await back.ask({ type: 'room.subscribe' }, 'room.list')
  await using last = await WireClient.hello(next.url)
  for (const { room } of flooders.slice(2)) {
    await last.ask({ type: 'chat.join', room }, 'chat.joined')
    await last.ask({ type: 'chat.leave', room }, 'chat.left')
  }
  await back[Symbol.asyncDispose]()
  // The rooms end a moment after the last person left.
  while (filesIn(join(directory, 'rooms')).length > 0) await sleep(20)
  await next.close()
  assert.deepEqual(tracesIn(directory, '-flood-'), [])
  assert.deepEqual(tracesIn(directory, '-quiet-'), [])
  assert.deepEqual(filesIn(join(directory, 'rooms')), [])
})

test('M6 D7 a client that comes back to a flooded room shows what is kept, up to the newest message', async () => {
  await using server = await startTestServer(LIMITS)
  await using flooder = await hello(server, FLOODER)
  const { room } = await flooder.ask({ type: 'room.create', title: 'flood' }, 'room.created')
  await flooder.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await flooder.ask(
    { type: 'chat.send', room: room.id, clientMessageId: 'first', text: 'the first' },
    'chat.ack',
  )
  await flood(server, flooder, room.id, 'flood')
  await using recorded = await RecordedClient.connect({ server: server.url })
  await recorded.client.join(room.id, { sinceSeq: 1 })
  const { messages, lastSeq } = await recorded.event('joined')
  const seqs = messages.map(({ seq }) => seq)
  assert.equal(lastSeq, MANY + 1)
  assert.deepEqual(seqs, range(seqs[0] ?? 0, lastSeq))
  assert.ok(seqs.length > 50 && seqs.length < MANY, `${seqs.length} messages`)
  await recorded.client.send(room.id, 'and on').acked
})
