import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { type ChatStore, type NewMessage, SeqTakenError } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { slotTables } from '../../../server/store/embedded/schema.ts'
import { SentIndex } from '../../../server/store/embedded/sent-index.ts'
import { SENT_KEYS, type Sent, sentKeyOf } from '../../../server/store/embedded/sent-key.ts'
import { ada, bob, roomOf, say, silentLog } from './store-samples.ts'

let directory: string
let store: ChatStore

const open = async (): Promise<void> => {
  store = await openEmbeddedStore({ directory, durability: 'process', log: silentLog })
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gifchat-sent-'))
  await open()
  await store.createRoom(roomOf('long'))
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

/** More than waits in memory at any time. */
const MESSAGES = 10_000

const append = async (firstSeq: number, messages: readonly NewMessage[]) =>
  (await store.appendMessages([{ room: 'long', firstSeq, messages }]))[0] ?? []

test('in a long room every resend is known, however old it is, and also after a restart', async () => {
  const said = Array.from({ length: MESSAGES }, (_, index) => say(`${index}`, `id-${index}`))
  for (let start = 0; start < MESSAGES; start += 999) {
    await append(start + 1, said.slice(start, start + 999))
  }
  for (const isReopened of [false, true]) {
    if (isReopened) {
      await store.close()
      await open()
    }
    for (let start = 0; start < MESSAGES; start += 1_000) {
      const outcomes = await append(MESSAGES + 1, said.slice(start, start + 1_000))
      assert.deepEqual(
        outcomes,
        said
          .slice(start, start + 1_000)
          .map(({ createdAt }, index) => ({ seq: start + index + 1, createdAt, isDuplicate: true })),
      )
    }
  }
  const [ofBob] = await append(MESSAGES + 1, [say('0', 'id-0', bob)])
  assert.deepEqual([ofBob?.seq, ofBob?.isDuplicate], [MESSAGES + 1, false])
})

test('a message that was not stored is not taken for one that was', async () => {
  await append(1, [say('one', '1')])
  const both = [
    { room: 'long', firstSeq: 2, messages: [say('two', '2')] },
    { room: 'long', firstSeq: 1, messages: [say('three', '3')] },
  ]
  await assert.rejects(store.appendMessages(both))
  const outcomes = await append(2, [say('three', '3'), say('two', '2'), say('one', '1')])
  assert.deepEqual(
    outcomes.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
    [
      [2, false],
      [3, false],
      [1, true],
    ],
  )
})

test('a batch that would leave a hole is refused, and nothing of it is kept', async () => {
  await append(1, [say('one', '1')])
  await assert.rejects(append(3, [say('three', '3')]), SeqTakenError)
  assert.deepEqual(
    (await append(2, [say('three', '3'), say('one', '1')])).map(({ seq, isDuplicate }) => [seq, isDuplicate]),
    [
      [2, false],
      [1, true],
    ],
  )
})

test('an emptied room remembers nothing for the next one in its place', async () => {
  const messages = Array.from({ length: 5_000 }, (_, index) => say(`${index}`, `id-${index}`))
  for (let start = 0; start < messages.length; start += 1_000) {
    await append(start + 1, messages.slice(start, start + 1_000))
  }
  await store.purgeRooms(['long'])
  await store.createRoom(roomOf('long'))
  assert.deepEqual(await append(1, messages.slice(0, 1)), [
    { seq: 1, createdAt: messages[0]?.createdAt, isDuplicate: false },
  ])
  assert.equal((await store.readMessages('long', { limit: 10 })).length, 1)
})

test('messages whose hashes are the same are told apart, also when some were taken back', () => {
  const undone = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 }))
  const sends = fc.array(fc.tuple(fc.constantFrom(ada, bob), fc.integer({ min: 0, max: 99 }), undone), {
    maxLength: 200,
    size: 'max',
  })
  const limits = fc.record({
    keys: fc.integer({ min: 1, max: 50 }),
    memoryLimit: fc.integer({ min: 1, max: 50 }),
  })
  fc.assert(
    fc.property(sends, limits, (sends, { keys, memoryLimit }) => {
      const database = new DatabaseSync(':memory:')
      database.exec(slotTables(1))
      // The highest keys of all, which the next free number wraps around.
      const keyOf = ({ clientMessageId }: Sent) => SENT_KEYS - 1 - (Number(clientMessageId) % keys)
      const index = new SentIndex(database, 1, keyOf, memoryLimit)
      const said: Sent[] = []
      const seqs = new Map<string, number>()
      let sinceTrim = 0
      for (const [user, id, undone] of sends) {
        const next = said.length + 1
        const expected = seqs.get(`${user.id} ${id}`) ?? next
        const sent = { user, clientMessageId: `${id}` }
        assert.equal(
          index.add(sent, next, seq => said[seq - 1]),
          expected,
        )
        if (expected !== next) continue
        seqs.set(`${user.id} ${id}`, next)
        said.push(sent)
        sinceTrim++
        const count = Math.min(undone, sinceTrim)
        index.undo(count)
        for (const { user, clientMessageId } of said.splice(said.length - count)) {
          seqs.delete(`${user.id} ${clientMessageId}`)
        }
        sinceTrim -= count
        if (!index.isFull) continue
        index.trim()
        sinceTrim = 0
      }
      database.close()
    }),
  )
})

test('keys are spread evenly, in their lower bits too, and depend on the seed', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => [
    `m${index}`,
    String.fromCharCode(0x100 + (index % 200) * 0x100, 0x200 + Math.floor(index / 200) * 0x100),
    '\0'.repeat(index % 64) + String.fromCharCode(index / 64),
  ]).flat()
  const sents = [...new Set(ids)].map((clientMessageId): Sent => ({ user: ada, clientMessageId }))
  const keyOf = sentKeyOf('a seed')
  const keys = sents.map(keyOf)
  assert.ok(keys.every(key => Number.isInteger(key) && key >= 0 && key < SENT_KEYS))
  assert.equal(new Set(keys).size, sents.length)
  const buckets = 4_096
  const inBucket = new Map<number, number>()
  for (const key of keys) inBucket.set(key % buckets, (inBucket.get(key % buckets) ?? 0) + 1)
  const fullest = Math.max(...inBucket.values())
  assert.ok(fullest < (sents.length / buckets) * 8, `${fullest} of ${sents.length} in one of ${buckets}`)
  assert.notDeepEqual(sents.map(sentKeyOf('another seed')), keys)
  assert.deepEqual(sents.map(sentKeyOf('a seed')), keys)
})
