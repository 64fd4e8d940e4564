import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatMessage } from '../../../protocol/model.ts'
import { type AppendBatch, type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { RoomGroupCommit } from '../../../server/chat/room-group-commit.ts'
import { RoomHistory } from '../../../server/chat/room-history.ts'

const user = { id: 'ann', color: '#112233' }

/** A history over a store in memory. `lose` makes it store a write and say that it could not. */
function openHistory() {
  const stored: ChatMessage[] = []
  const delivered: number[] = []
  let isLost = false
  const store = {
    async appendMessages(batches: readonly AppendBatch[]) {
      const outcomes = batches.map(({ firstSeq, messages }) =>
        messages.map((message, index) => {
          const seq = firstSeq + index
          assert.equal(seq, stored.length + 1, 'the store takes no seq twice and leaves none out')
          stored.push({ ...message, seq })
          return { seq, createdAt: 0, isDuplicate: false }
        }),
      )
      if (isLost) throw new StoreUnavailableError('nobody knows what became of it')
      return outcomes
    },
    readMessages: async (_room: string, { afterSeq = 0 }: { afterSeq?: number }) => stored.slice(afterSeq),
  } as unknown as ChatStore // a history needs no more of it
  const history = new RoomHistory({
    room: 'room',
    store,
    commits: new RoomGroupCommit(store),
    now: () => 0,
    deliver: messages => delivered.push(...messages.map(({ seq }) => seq)),
  })
  const lose = (value: boolean) => {
    isLost = value
  }
  return { history, delivered, lose }
}

test('D2 a write that was stored though it failed is delivered before the next, and no seq comes twice', async () => {
  const { history, delivered, lose } = openHistory()
  await history.postMessage(user, 'c1', { text: 'one' })
  lose(true)
  await assert.rejects(history.postMessage(user, 'c2', { text: 'two' }), { code: 'unavailable' })
  lose(false)
  assert.deepEqual(delivered, [1])
  assert.equal((await history.postMessage(user, 'c3', { text: 'three' })).seq, 3)
  assert.deepEqual(delivered, [1, 2, 3])
  assert.equal(history.missedSince(3).lastSeq, 3)
})

/** A history over a store that has messages of which the history knows nothing. */
function openLateHistory(late: readonly ChatMessage[]) {
  const stored = [...late]
  const told: string[] = []
  const store = {
    appendMessages: async (batches: readonly AppendBatch[]) =>
      batches.map(({ messages }) =>
        messages.map(message => {
          const first = stored.find(({ clientMessageId }) => clientMessageId === message.clientMessageId)
          if (first !== undefined) return { seq: first.seq, createdAt: 0, isDuplicate: true }
          return {
            seq: stored.push({ ...message, seq: stored.length + 1 }),
            createdAt: 0,
            isDuplicate: false,
          }
        }),
      ),
    readMessages: async (_room: string, { afterSeq = 0 }: { afterSeq?: number }) => stored.slice(afterSeq),
  } as unknown as ChatStore // a history needs no more of it
  const commits = new RoomGroupCommit(store)
  const history = new RoomHistory({
    room: 'room',
    store,
    commits,
    now: () => 0,
    deliver: messages => told.push(...messages.map(({ seq }) => `delivered ${seq}`)),
  })
  const post = (id: string) =>
    history.postMessage(user, id, { text: id }).then(({ seq }) => told.push(`acked ${seq}`))
  return { history, commits, post, told }
}

test('D2 D3 a resend of what was stored late, and shown to nobody, is delivered before its ack', async () => {
  const late = ['a', 'b'].map((id, index) => ({
    seq: index + 1,
    user,
    clientMessageId: id,
    createdAt: 0,
    text: id,
  }))
  const { history, post, told } = openLateHistory(late)
  await Promise.all([post('b'), post('new'), post('a'), post('a')])
  assert.deepEqual(told.slice(0, 3), ['delivered 1', 'delivered 2', 'delivered 3'])
  assert.deepEqual(told.slice(3), ['acked 2', 'acked 3', 'acked 1', 'acked 1'])
  await post('next')
  assert.deepEqual(told.slice(7), ['delivered 4', 'acked 4'])
  assert.equal(history.missedSince(0).lastSeq, 4)
})

test('the first request loads a room of an earlier run, for all that come meanwhile, and again if that failed', async () => {
  const kept = [7, 8].map(seq => ({ seq, user, clientMessageId: `${seq}`, createdAt: 0, text: 'before' }))
  const loads: PromiseWithResolvers<readonly ChatMessage[]>[] = []
  const firstSeqs: number[] = []
  const delivered: number[] = []
  const store = {
    async appendMessages([batch]: readonly [AppendBatch]) {
      firstSeqs.push(batch.firstSeq)
      const { firstSeq, messages } = batch
      return [messages.map((_, index) => ({ seq: firstSeq + index, createdAt: 0, isDuplicate: false }))]
    },
    readMessages: async () => kept,
  } as unknown as ChatStore // a history needs no more of it
  const history = new RoomHistory({
    room: 'room',
    loadNewest() {
      const load = Promise.withResolvers<readonly ChatMessage[]>()
      loads.push(load)
      return load.promise
    },
    store,
    commits: new RoomGroupCommit(store),
    now: () => 0,
    deliver: messages => delivered.push(...messages.map(({ seq }) => seq)),
  })
  const post = (id: string, replyTo?: number) => history.postMessage(user, id, { text: id, replyTo })
  const early = [history.ensureCaughtUp(), history.readPage(undefined, 10), post('a'), post('b', 8)]
  loads[0]?.reject(new StoreUnavailableError('away'))
  for (const request of early) await assert.rejects(request, { code: 'unavailable' })

  const caughtUp = history.ensureCaughtUp()
  const page = history.readPage(undefined, 10)
  const posts = [post('a'), post('b', 8), post('c', 9)]
  loads[1]?.resolve(kept)
  await caughtUp
  const { lastSeq, messages, gap } = history.missedSince(7)
  assert.deepEqual([lastSeq, JSON.parse(`[${messages}]`), gap], [8, kept.slice(1), false])
  assert.equal(history.missedSince(5).gap, true)
  assert.deepEqual(JSON.parse(`[${await page}]`), kept)
  const [a, b, c] = await Promise.allSettled(posts)
  assert.deepEqual(
    [a?.status === 'fulfilled' && a.value.seq, b?.status === 'fulfilled' && b.value.seq],
    [9, 10],
  )
  assert.equal(c?.status === 'rejected' && c.reason.code, 'invalidRequest')
  assert.deepEqual([loads.length, firstSeqs, delivered], [2, [9], [9, 10]])
})

test('so many posts of a room may wait and no more: the next is refused for now', async () => {
  const { history, delivered } = openHistory()
  const posts = Array.from({ length: 10_001 }, (_, index) =>
    history.postMessage(user, `c${index}`, { text: 'x' }),
  )
  const outcomes = await Promise.allSettled(posts)
  const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  assert.deepEqual(
    refused.map(({ reason }) => reason.code),
    ['unavailable'],
  )
  assert.equal(outcomes.at(-1)?.status, 'rejected')
  assert.equal(delivered.length, 10_000)
})
