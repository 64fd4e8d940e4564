import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { type ChatStore, type NewMessage, SeqTakenError } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { type Sent, StoredMessageIds } from '../../../server/store/embedded/stored-message-ids.ts'
import { allAppended, bob, roomOf, say, silentLog } from './store-samples.ts'

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

/** More than one segment takes. */
const MESSAGES = 10_000

const append = async (firstSeq: number, messages: readonly NewMessage[]) =>
  allAppended(await store.appendMessages([{ room: 'long', firstSeq, messages }]))[0] ?? []

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
  assert.ok((await store.appendMessages(both))[1] instanceof SeqTakenError)
  const outcomes = await append(3, [say('three', '3'), say('two', '2'), say('one', '1')])
  assert.deepEqual(
    outcomes.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
    [
      [3, false],
      [2, true],
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

test('what was sent is told apart by user and id, also when some of it was refused', () => {
  const names = fc.constantFrom('', 'a', 'b', 'a b', '__proto__', 'constructor', '\0', ...'cdefghijk')
  const sends = fc.array(fc.record({ user: names, id: names, isRefused: fc.boolean() }), { maxLength: 400 })
  fc.assert(
    fc.property(sends, sends => {
      const stored: Sent[] = []
      const ids = new StoredMessageIds(seq => stored[seq - 1])
      for (const { user, id, isRefused } of sends) {
        const sent = { user: { id: user }, clientMessageId: id, createdAt: stored.length }
        const index = stored.findIndex(({ user: { id: other }, clientMessageId }) => {
          return other === user && clientMessageId === id
        })
        const expected = index < 0 ? undefined : { seq: index + 1, createdAt: index }
        assert.deepEqual(ids.addMessage(sent, stored.length + 1), expected)
        if (expected === undefined && !isRefused) stored.push(sent)
      }
    }),
  )
})

test('messages that are refused again and again, or forgotten, do not fill memory', t => {
  let longest = 0
  const Original = Uint32Array
  t.after(() => {
    globalThis.Uint32Array = Original
  })
  globalThis.Uint32Array = class extends Original {
    constructor(length: number) {
      super(length)
      longest = Math.max(longest, length)
    }
  } as typeof Original // `StoredMessageIds` makes them of a length only
  const ids = new StoredMessageIds(() => undefined)
  for (let index = 0; index < 10_000; index++) ids.addMessage(say('', `${index}`), 1)
  assert.ok(longest > 0 && longest < 100, `${longest} numbers`)
  for (let seq = 1; seq <= 10_000; seq++) ids.addMessage(say('', `${seq}`), seq)
  assert.ok(longest > 20_000, `${longest} numbers`)
  const before = longest
  for (let seq = 10_001; seq <= 100_000; seq++) {
    ids.addMessage(say('', `${seq}`), seq)
    ids.forgetBefore(seq - 5_000)
  }
  assert.equal(longest, before)
})

test('a resend is known while its entry is moved to a larger table, whatever its seq', () => {
  const said = Array.from({ length: 3_000 }, (_, index) => say('', `${index}`))
  for (const start of [1, 2 ** 32 - 1_500, 2 ** 50]) {
    const ids = new StoredMessageIds(seq => said[seq - start])
    ids.forgetBefore(start)
    for (const [index, message] of said.entries()) {
      assert.equal(ids.addMessage(message, start + index), undefined)
      const earlier = (index * 31) % (index + 1)
      assert.equal(ids.addMessage(said[earlier] ?? message, start + index + 1)?.seq, start + earlier)
    }
  }
})
