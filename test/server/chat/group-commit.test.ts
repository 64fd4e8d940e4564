import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { AppendBatch, ChatStore } from '../../../server/chat/chat-store.ts'
import { type BatchSource, GroupCommit } from '../../../server/chat/group-commit.ts'
import { History } from '../../../server/chat/history.ts'

/** A commit over a store that answers at once, or rejects the first write, and rooms that always have one message. */
function setUp({ rejectsFirst = false } = {}) {
  const writes: string[][] = []
  const store = {
    async appendMessages(batches: readonly AppendBatch[]) {
      writes.push(batches.map(({ room }) => room))
      if (rejectsFirst && writes.length === 1) throw new Error('no')
      return batches.map(() => [])
    },
  }
  const commits = new GroupCommit(store as unknown as ChatStore) // what a commit asks of it
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

test('after a pause a write begins when the tick ends, with all that came in it', async () => {
  const { writes, commits, roomOf } = setUp()
  commits.requestCommit(roomOf('a'))
  commits.requestCommit(roomOf('b'))
  assert.deepEqual(writes, [])
  await atEndOfTick()
  assert.deepEqual(writes, [['a', 'b']])
})

test('without a pause a write waits for what the other connections bring in the same turn', async () => {
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

test('what comes while a write is in flight goes with the next, and drain waits for both', async () => {
  const { writes, commits, heard, roomOf } = setUp()
  commits.requestCommit(roomOf('a', () => commits.requestCommit(roomOf('b'))))
  await commits.drainCommits()
  assert.deepEqual(writes, [['a'], ['b']])
  assert.deepEqual(heard, ['a committed', 'b committed'])
})

test('a write that fails is told to all its rooms, and the next one goes on', async () => {
  const { commits, heard, roomOf } = setUp({ rejectsFirst: true })
  commits.requestCommit(roomOf('a'))
  commits.requestCommit(roomOf('b'))
  await commits.drainCommits()
  commits.requestCommit(roomOf('a'))
  await commits.drainCommits()
  assert.deepEqual(heard, ['a failed', 'b failed', 'a committed'])
})

test('a room that stumbles over its commit fails alone', async () => {
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

test('posts that were stored and could not be handed on are answered too', async () => {
  const store = {
    appendMessages: async () => [[{ seq: 1, createdAt: 0, isDuplicate: false }]],
  } as unknown as ChatStore // what a post asks of it
  const history = new History({
    room: 'a',
    lastSeq: 0,
    store,
    commits: new GroupCommit(store),
    now: () => 0,
    deliver: () => {
      throw new Error('a fault')
    },
  })
  const posted = history.post({ id: 'ada', color: '#AABBCC' }, 'c', { text: 'hello' })
  await assert.rejects(posted, /a fault/)
})
