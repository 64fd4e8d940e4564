import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { AppendBatch, ChatStore } from '../../../server/chat/chat-store.ts'
import { type BatchSource, RoomGroupCommit } from '../../../server/chat/room-group-commit.ts'
import { RoomHistory } from '../../../server/chat/room-history.ts'

/**
 * A commit over a store that answers at once or rejects the first write. Its rooms always have one
 * message.
 */
function setUp({ rejectsFirst = false } = {}) {
  const writes: string[][] = []
  const store = {
    async appendMessages(batches: readonly AppendBatch[]) {
      writes.push(batches.map(({ room }) => room))
      if (rejectsFirst && writes.length === 1) throw new Error('no')
      return batches.map(() => [])
    },
  }
  const commits = new RoomGroupCommit(store as unknown as ChatStore) // a commit needs no more of it
  const heard: string[] = []
  const roomOf = (room: string, committed = () => {}): BatchSource => ({
    takeBatch: () => ({ room, firstSeq: 1, messages: [] }),
    batchCommitted() {
      heard.push(`${room} committed`)
      committed()
    },
    batchFailed: () => void heard.push(`${room} failed`),
  })
  return { writes, commits, heard, roomOf }
}

const atEndOfTick = () => new Promise<void>(resolve => process.nextTick(resolve))

test('after a pause a write begins at the end of the tick, with everything that came in it', async () => {
  const { writes, commits, roomOf } = setUp()
  commits.requestCommit(roomOf('a'))
  commits.requestCommit(roomOf('b'))
  assert.deepEqual(writes, [])
  await atEndOfTick()
  assert.deepEqual(writes, [['a', 'b']])
})

test("without a pause a write waits for the other connections' messages of the same turn", async () => {
  const clock = mock.method(performance, 'now', () => 1_000)
  try {
    const { writes, commits, roomOf } = setUp()
    commits.requestCommit(roomOf('a'))
    await commits.drainCommits()
    commits.requestCommit(roomOf('b'))
    await atEndOfTick()
    commits.requestCommit(roomOf('c'))
    assert.deepEqual(writes, [['a']])
    await turn()
    assert.deepEqual(writes, [['a'], ['b', 'c']])
  } finally {
    clock.mock.restore()
  }
})

test('requests during a write go with the next one, and `drainCommits` waits for both', async () => {
  const { writes, commits, heard, roomOf } = setUp()
  commits.requestCommit(roomOf('a', () => commits.requestCommit(roomOf('b'))))
  await commits.drainCommits()
  assert.deepEqual(writes, [['a'], ['b']])
  assert.deepEqual(heard, ['a committed', 'b committed'])
})

test('all rooms of a failed write are told, and the next write succeeds', async () => {
  const { commits, heard, roomOf } = setUp({ rejectsFirst: true })
  commits.requestCommit(roomOf('a'))
  commits.requestCommit(roomOf('b'))
  await commits.drainCommits()
  commits.requestCommit(roomOf('a'))
  await commits.drainCommits()
  assert.deepEqual(heard, ['a failed', 'b failed', 'a committed'])
})

test('a room that throws in `batchCommitted` fails alone', async () => {
  const { commits, heard, roomOf } = setUp()
  commits.requestCommit(
    roomOf('a', () => {
      throw new Error('a fault')
    }),
  )
  commits.requestCommit(roomOf('b'))
  await commits.drainCommits()
  assert.deepEqual(heard, ['a committed', 'a failed', 'b committed'])
})

test('posts that were stored but could not be delivered are answered too', async () => {
  const store = {
    appendMessages: async () => [[{ seq: 1, createdAt: 0, isDuplicate: false }]],
  } as unknown as ChatStore // a post needs no more of it
  const history = new RoomHistory({
    room: 'a',
    store,
    commits: new RoomGroupCommit(store),
    now: () => 0,
    deliver: () => {
      throw new Error('a fault')
    },
  })
  const posted = history.postMessage({ id: 'ada', color: '#AABBCC' }, 'c', { text: 'hello' })
  await assert.rejects(posted, /a fault/)
})
