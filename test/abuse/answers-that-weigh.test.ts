import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../protocol/limits.ts'
import { startTestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

/** As long as a message gets: 6 kB. */
const LONG = '가'.repeat(LIMITS.textLength)
/** More of them than the memory of a room keeps. */
const SAID = 500

/** Opens a room and says much there. */
async function fillRoom(owner: WireClient, count: number): Promise<string> {
  const { room } = await owner.ask({ type: 'room.create', title: 'long', max: 1_000 }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  for (let said = 0; said < count; said += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        owner.ask(
          { type: 'chat.send', room: room.id, clientMessageId: `m${said + index}`, text: LONG },
          'chat.ack',
        ),
      ),
    )
  return room.id
}

/** Bytes of the newest frame. */
const newestFrame = (client: WireClient): number => Buffer.byteLength(client.frames.at(-1) ?? '')

const MOST = LIMITS.answerBytes + 1_000

test('C3 D6 D7 M4 an answer has at most 256 KiB of messages, and pages still bring all of them', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const room = await fillRoom(owner, SAID)
  await using guest = await WireClient.hello(server.url)
  const join = { type: 'chat.join', room } as const
  const fresh = await guest.ask(join, 'chat.joined')
  assert.ok(newestFrame(guest) < MOST)
  assert.ok(fresh.messages.length > 30 && fresh.messages.length < LIMITS.joinHistory)
  assert.equal(fresh.messages.at(-1)?.seq, SAID)

  const small = await guest.ask({ ...join, sinceSeq: SAID - 40 }, 'chat.joined')
  assert.deepEqual([small.gap, small.messages.length], [false, 40])
  const resumed = await guest.ask({ ...join, sinceSeq: SAID - 60 }, 'chat.joined')
  assert.ok(newestFrame(guest) < MOST)
  assert.equal(resumed.gap, true)

  const seqs = resumed.messages.map(({ seq }) => seq)
  for (let pages = 0; ; pages++) {
    assert.ok(pages <= SAID)
    const request = { type: 'chat.history', room, beforeSeq: seqs[0], limit: LIMITS.historyPage } as const
    const { messages } = await guest.ask(request, 'chat.history')
    assert.ok(newestFrame(guest) < MOST)
    if (messages.length === 0) break
    seqs.unshift(...messages.map(({ seq }) => seq))
  }
  assert.deepEqual(
    seqs,
    Array.from({ length: SAID }, (_, index) => index + 1),
  )
})

test('R4 a page of the lobby is lighter than that, whatever the titles', async () => {
  await using server = await startTestServer({ roomsPerUser: LIMITS.roomPage })
  await using owner = await WireClient.hello(server.url)
  // Six bytes each, as JSON writes them.
  const title = `a${'\u0001'.repeat(LIMITS.titleLength - 2)}b`
  for (let opened = 0; opened < LIMITS.roomPage; opened++)
    await owner.ask({ type: 'room.create', title, max: 1_000 }, 'room.created')
  const page = await owner.ask({ type: 'room.list', limit: LIMITS.roomPage }, 'room.list')
  assert.equal(page.rooms.length, LIMITS.roomPage)
  assert.ok(newestFrame(owner) < LIMITS.answerBytes)
})

test('L2 an address that was answered much waits before it asks for more, and no other does', async () => {
  await using server = await startTestServer({ answerBytesPerSecondPerAddress: 2_000 })
  await using owner = await WireClient.hello(server.url)
  const room = await fillRoom(owner, 20)
  const page = { type: 'chat.history', room } as const
  // What an answer weighs is known afterwards, so that this one is not refused.
  await using greedy = await meet(server.url, room, '127.0.0.2')
  const asked = [
    page,
    { type: 'chat.join', room },
    { type: 'chat.join', room, sinceSeq: 0 },
    { type: 'room.list' },
    { type: 'room.subscribe' },
  ] as const
  for (const request of asked) {
    const { code, retryAfterMs = 0 } = await greedy.refused(request)
    assert.deepEqual([code, retryAfterMs > 0], ['rateLimited', true], request.type)
    // However deep the debt, a client has the patience to ask again by itself.
    assert.ok(retryAfterMs <= 15_000)
  }
  // What it says is no answer of the server.
  await greedy.ask({ type: 'chat.send', room, clientMessageId: 'g', text: 'still here' }, 'chat.ack')
  await owner.ask(page, 'chat.history')
  await using other = await meet(server.url, room, '127.0.0.3')
  assert.ok((await other.refused(page)).retryAfterMs)
})

test('L2 while all together are answered too much, only those wait who have asked for much', async () => {
  await using server = await startTestServer({
    answerBytesPerSecond: 1,
    answerBytesPerSecondPerAddress: 1_000_000,
  })
  await using owner = await WireClient.hello(server.url)
  const room = await fillRoom(owner, 40)
  const page = { type: 'chat.history', room } as const
  await using greedy = await meet(server.url, room, '127.0.0.2')
  for (let pages = 0; (await greedy.request(page)).type === 'chat.history'; pages++) assert.ok(pages < 5)
  await using modest = await meet(server.url, room, '127.0.0.3')
  await modest.ask({ type: 'room.list' }, 'room.list')
})

async function meet(url: string, room: string, localAddress: string): Promise<WireClient> {
  const client = await WireClient.open(url, { localAddress })
  await client.ask({ type: 'hello' }, 'welcome')
  await client.ask({ type: 'chat.join', room }, 'chat.joined')
  return client
}
