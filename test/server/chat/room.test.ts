import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeServerMessage } from '../../../protocol/codec.ts'
import type { AppendBatch, ChatStore } from '../../../server/chat/chat-store.ts'
import { fanOutFrameTextAt } from '../../../server/chat/fan-out-frames.ts'
import { Room } from '../../../server/chat/room.ts'
import type { RoomGifs } from '../../../server/chat/room-gifs.ts'
import { RoomGroupCommit } from '../../../server/chat/room-group-commit.ts'

const owner = { id: 'owner', color: '#112233' }
const SEAT_HOLD_MS = 10_000
/** More than the time for which a room collects joins and exits. */
const GATHER_MS = 1_000

/** A room for `max` people. Its store accepts every message, and its clock stands still. */
function openRoom(
  context: TestContext,
  max = 10,
  messagesStored: (room: Room, bytes: number) => void = () => {},
  onStoring: () => void = () => {},
) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const store = {
    appendMessages: async (batches: readonly AppendBatch[]) => {
      onStoring()
      return batches.map(({ firstSeq, messages }) =>
        messages.map((_, index) => ({ seq: firstSeq + index, createdAt: 0, isDuplicate: false })),
      )
    },
  } as unknown as ChatStore // a room needs no more of it
  const stored = { id: 'room', title: 'room', max, owner, passwordHash: null, createdAt: 0 }
  return new Room(stored, {
    store,
    isFound: false,
    commits: new RoomGroupCommit(store),
    gifs: {} as RoomGifs, // nobody posts one here
    watcher: {
      peopleChanged: () => {},
      passwordShown: () => undefined,
      joinHeldUp: () => {},
      roomLoaded: () => {},
      messagesStored,
    },
    settings: { seatHoldMs: SEAT_HOLD_MS, botsPerRoom: 2, observersPerRoom: 2, now: () => 0 },
  })
}

/** One connection of a person, and what the room told it, in order. */
function connectionOf(id: string) {
  const heard: string[] = []
  const member = {
    user: { id, color: '#445566' },
    role: 'person' as const,
    roomEnded: () => {},
    isGone: false,
    isConnected: () => !member.isGone,
    dropOut: () => {},
    deliverFrames(frames: Buffer) {
      for (let at = 0; at < frames.length; ) {
        const { start, end } = fanOutFrameTextAt(frames, at)
        const decoded = decodeServerMessage(frames.toString('utf8', start, end))
        assert.ok(decoded.kind === 'message')
        const { message } = decoded
        const who = 'users' in message ? ` ${message.users.map(user => user.id)}` : ''
        heard.push(`${message.type}${who}`)
        at = end
      }
    },
  }
  return { member, heard }
}

/** A member who has joined the room, and what the room told them, in order. */
async function joined(room: Room, id: string) {
  const connection = connectionOf(id)
  await room.join(connection.member, {}, () => {})
  return connection
}

test("F6 C5 members are told of a join before that person's messages, and of an exit after them", async context => {
  const room = openRoom(context)
  const { heard } = await joined(room, 'ann')
  const ben = await joined(room, 'ben')
  await room.history.postMessage(ben.member.user, 'c1', { text: 'hello' })
  assert.deepEqual(heard, ['chat.join ann,ben', 'chat.chat'])
  room.leave(ben.member)
  await room.history.postMessage(owner, 'c2', { text: 'too late for them' })
  assert.deepEqual(heard.slice(2), ['chat.exit ben', 'chat.chat'])
  assert.deepEqual(ben.heard, ['chat.join ann,ben', 'chat.chat'])
})

test("C5 of a person's moves that are not told yet the last one is told", async context => {
  const room = openRoom(context)
  const { heard } = await joined(room, 'ann')
  const ben = await joined(room, 'ben')
  context.mock.timers.tick(GATHER_MS)
  room.leave(ben.member)
  await room.join(ben.member, {}, () => {})
  const cem = await joined(room, 'cem')
  room.leave(cem.member)
  context.mock.timers.tick(GATHER_MS)
  assert.deepEqual(heard.slice(1), ['chat.join ben', 'chat.exit cem'])
})

test('C3 of several people who join at once only as many get in as there are seats', async context => {
  const room = openRoom(context, 2)
  const joins = ['ann', 'ben', 'cem', 'dan'].map(id => joined(room, id))
  const refused = (await Promise.allSettled(joins)).filter(outcome => outcome.status === 'rejected')
  assert.deepEqual(
    refused.map(({ reason }) => reason.code),
    ['roomFull', 'roomFull'],
  )
  assert.equal(room.people, 2)
})

test('C3 a connection that is lost during its join gets no seat and no answer', async context => {
  const room = openRoom(context)
  const { member } = connectionOf('ann')
  const joining = room.join(member, {}, () => assert.fail('nobody is there to be answered'))
  member.isGone = true
  await joining
  assert.deepEqual([room.people, room.isPresent('ann')], [0, false])
})

test('C3 a room that ends during a join is not joined', async context => {
  const room = openRoom(context)
  const joining = joined(room, 'ann')
  const ended = room.endRoom()
  await assert.rejects(joining, { code: 'noSuchRoom' })
  await ended
  assert.equal(room.people, 0)
})

test('T3 a broken connection is told nothing more, and its seat is held for its time and no longer', async context => {
  const room = openRoom(context)
  const { heard } = await joined(room, 'ann')
  const ben = await joined(room, 'ben')
  context.mock.timers.tick(GATHER_MS)
  room.disconnect(ben.member)
  await room.history.postMessage(owner, 'c1', { text: 'hello' })
  context.mock.timers.tick(SEAT_HOLD_MS - 1)
  assert.equal(room.people, 2)
  assert.deepEqual(ben.heard, ['chat.join ann,ben'])
  context.mock.timers.tick(1)
  context.mock.timers.tick(GATHER_MS)
  assert.equal(room.people, 1)
  assert.deepEqual(heard.slice(1), ['chat.chat', 'chat.exit ben'])
})

test('T3 a person who comes back in time keeps the seat', async context => {
  const room = openRoom(context)
  const { member } = await joined(room, 'ann')
  room.disconnect(member)
  context.mock.timers.tick(SEAT_HOLD_MS - 1)
  await joined(room, 'ann')
  context.mock.timers.tick(10 * SEAT_HOLD_MS)
  assert.ok(room.isPresent('ann'))
})

test('C2 a person who loses one of two connections keeps the seat', async context => {
  const room = openRoom(context)
  const first = await joined(room, 'ann')
  const second = await joined(room, 'ann')
  room.disconnect(first.member)
  context.mock.timers.tick(10 * SEAT_HOLD_MS)
  assert.ok(room.isPresent('ann'))
  room.leave(second.member)
  assert.equal(room.people, 0)
})

test('C2 a connection that joins twice leaves with one leave', async context => {
  const room = openRoom(context)
  const { member } = await joined(room, 'ann')
  await room.join(member, { sinceSeq: 0 }, () => {})
  assert.equal(room.people, 1)
  room.leave(member)
  assert.equal(room.people, 0)
})

test('M6 a room counts the bytes of its messages as a store does', async context => {
  let counted = 0
  const room = openRoom(context, 10, (_, bytes) => {
    counted += bytes
  })
  const messages = ['hi', '가'.repeat(2_000), 'x\u0001'.repeat(1_000)].map((text, index) => {
    return { user: owner, clientMessageId: `c${index}`, text, replyTo: 0 }
  })
  for (const { user, clientMessageId, text, replyTo } of messages)
    await room.history.postMessage(user, clientMessageId, { text, replyTo })
  const stored = messages.map((message, index) =>
    JSON.stringify({ ...message, seq: index + 1, createdAt: 0 }),
  )
  assert.equal(counted, Buffer.byteLength(stored.join('')))
})

test('in a room with members on several nodes, more is announced while more is being stored', async context => {
  let onStoring = () => {}
  const room = openRoom(context, 10, undefined, () => onStoring())
  const { member } = await joined(room, 'ann')
  const announced: boolean[] = []
  member.deliverFrames = (_: Buffer, isMoreSoon = false) => void announced.push(isMoreSoon)
  const sayTwo = async () => {
    context.mock.timers.tick(GATHER_MS)
    announced.splice(0)
    const say = (text: string) => room.history.postMessage(owner, text, { text })
    const second = Promise.withResolvers<void>()
    onStoring = () => {
      onStoring = () => {}
      second.resolve(say('second').then(() => {}))
    }
    await say('first')
    await second.promise
    return announced
  }
  assert.deepEqual(await sayTwo(), [false, false])
  await room.join({ ...connectionOf('ben').member, isRemote: true }, {}, () => {})
  assert.deepEqual(await sayTwo(), [true, false])
})
