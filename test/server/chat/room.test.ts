import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { decodeServerMessage } from '../../../protocol/codec.ts'
import type { AppendBatch, ChatStore } from '../../../server/chat/chat-store.ts'
import { frameTextAt } from '../../../server/chat/frame.ts'
import { GroupCommit } from '../../../server/chat/group-commit.ts'
import { Room } from '../../../server/chat/room.ts'

const owner = { id: 'owner', color: '#112233' }

/** A room over a store that accepts every message, on a clock that stands still. */
function openRoom() {
  const store = {
    appendMessages: async (batches: readonly AppendBatch[]) =>
      batches.map(({ firstSeq, messages }) =>
        messages.map((_, index) => ({ seq: firstSeq + index, createdAt: 0, isDuplicate: false })),
      ),
  } as unknown as ChatStore // a room needs no more of it
  const stored = { id: 'room', title: 'room', max: 10, owner, passwordHash: null, createdAt: 0 }
  return new Room(stored, {
    store,
    commits: new GroupCommit(store),
    watcher: { peopleChanged: () => {}, joinHeldUp: () => {} },
    settings: { seatHoldMs: 1_000, now: () => 0 },
  })
}

/** A member who has joined the room, and what the room told them, in order. */
async function joined(room: Room, id: string) {
  const heard: string[] = []
  const member = {
    user: { id, color: '#445566' },
    isConnected: () => true,
    deliverFrames(frames: Buffer) {
      for (let at = 0; at < frames.length; ) {
        const { start, end } = frameTextAt(frames, at)
        const decoded = decodeServerMessage(frames.toString('utf8', start, end))
        assert.ok(decoded.kind === 'message')
        const { message } = decoded
        const who = 'users' in message ? ` ${message.users.map(user => user.id)}` : ''
        heard.push(`${message.type}${who}`)
        at = end
      }
    },
  }
  await room.join(member, {}, () => {})
  return { member, heard }
}

test("F6 C5 members are told of a join before that person's messages, and of an exit after them", async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const room = openRoom()
    const { heard } = await joined(room, 'ann')
    const ben = await joined(room, 'ben')
    await room.history.post(ben.member.user, 'c1', { text: 'hello' })
    assert.deepEqual(heard, ['chat.join ann,ben', 'chat.chat'])
    room.leave(ben.member)
    await room.history.post(owner, 'c2', { text: 'too late for them' })
    assert.deepEqual(heard.slice(2), ['chat.exit ben', 'chat.chat'])
    assert.deepEqual(ben.heard, ['chat.join ann,ben', 'chat.chat'])
  } finally {
    mock.timers.reset()
  }
})
