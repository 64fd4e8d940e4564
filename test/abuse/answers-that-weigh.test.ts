import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../protocol/limits.ts'
import { startTestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

/** As long as a message gets: 6 kB. */
const LONG = '가'.repeat(LIMITS.textLength)
/** More of them than the memory of a room keeps. */
const SAID = 500

/** A room in which much was said, and somebody who sits there. */
async function fullRoom(url: string) {
  const owner = await WireClient.hello(url)
  const { room } = await owner.ask({ type: 'room.create', title: 'long', max: 1_000 }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  for (let said = 0; said < SAID; said += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        owner.ask(
          { type: 'chat.send', room: room.id, clientMessageId: `m${said + index}`, text: LONG },
          'chat.ack',
        ),
      ),
    )
  return { owner, room: room.id }
}

/** Bytes of the newest frame. */
const newestFrame = (client: WireClient): number => Buffer.byteLength(client.frames.at(-1) ?? '')

const MOST = LIMITS.answerBytes + 1_000

test('C3 D6 D7 M4 an answer has at most 256 KiB of messages, and pages still bring all of them', async () => {
  await using server = await startTestServer()
  const { owner, room } = await fullRoom(server.url)
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
  await owner[Symbol.asyncDispose]()
})

test('R4 a page of the lobby is lighter than that, whatever the titles', async () => {
  await using server = await startTestServer({ roomsPerUser: LIMITS.roomPage })
  await using owner = await WireClient.hello(server.url)
  // Six bytes each, as JSON writes them.
  const title = `a${'\u0001'.repeat(LIMITS.titleLength - 2)}b`
  for (let opened = 0; opened < LIMITS.roomPage; opened++)
    await owner.ask({ type: 'room.create', title, max: 1_000, password: 'x' }, 'room.created')
  const page = await owner.ask({ type: 'room.list', limit: LIMITS.roomPage }, 'room.list')
  assert.equal(page.rooms.length, LIMITS.roomPage)
  assert.ok(newestFrame(owner) < LIMITS.answerBytes)
})
