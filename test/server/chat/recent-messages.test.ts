import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeNewestChatMessages, encodeServerMessage } from '../../../protocol/codec.ts'
import type { ChatMessage } from '../../../protocol/model.ts'
import { encodeFanOutFrames, fanOutFrameTextAt } from '../../../server/chat/fan-out-frames.ts'
import { RecentMessages } from '../../../server/chat/recent-messages.ts'

const MESSAGES = 100
const BYTES = 100_000
const CHUNK = 64 * 1024
const ALL = Number.POSITIVE_INFINITY
/** Of one answer. */
const PAGE_BYTES = 10_000

const textOf = (message: ChatMessage): string =>
  encodeServerMessage({ type: 'chat.chat', room: 'here', message })
const encodeMessages = (messages: readonly ChatMessage[]): string => encodeNewestChatMessages(messages, ALL)
const framedBytes = (messages: readonly ChatMessage[]): number =>
  encodeFanOutFrames(messages.map(textOf)).length

const user = { id: 'ada', color: '#AABBCC' }
/** The texts of one batch: few or many, short ones and long ones. */
const batch = fc.oneof(
  fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { minLength: 1, maxLength: 90 }),
  fc.array(fc.constantFrom('짧은 말', 'ab'.repeat(1_000), '🎉'.repeat(2_000)), {
    minLength: 1,
    maxLength: 40,
    size: 'max',
  }),
)

test('D6 the newest messages are answered from memory, exactly, and older ones are dropped', () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 60 }), fc.nat(200), (batches, start) => {
      const recent = new RecentMessages('here', { messages: MESSAGES, bytes: BYTES })
      const said: ChatMessage[] = []
      const firstSeq = start + 1
      for (const texts of batches) {
        const messages = texts.map((text, index) => {
          const seq = firstSeq + said.length + index
          return { text, user, clientMessageId: `m${seq}`, createdAt: 1_764_000_000_000 + seq, seq }
        })
        said.push(...messages)
        recent.keepFrames(
          encodeFanOutFrames(messages.map(textOf)),
          messages[0]?.seq ?? firstSeq,
          messages.length,
        )
      }
      const held: readonly ChatMessage[] = JSON.parse(
        `[${recent.newestMessages(Number.MAX_SAFE_INTEGER, ALL)}]`,
      )
      assert.deepEqual(held, said.slice(said.length - held.length))
      assert.ok(framedBytes(held) < BYTES + CHUNK)
      for (let count = 1; count <= Math.min(said.length, MESSAGES + 20); count++) {
        const last = said.slice(-count)
        const seq = firstSeq + said.length - count - 1
        const isOwed = count <= MESSAGES && framedBytes(last) <= BYTES
        const resumed = recent.messagesAfter(seq, BYTES)
        if (isOwed || resumed !== undefined) assert.equal(resumed, encodeMessages(last))
        assert.ok(count <= MESSAGES || resumed === undefined)
        assert.ok(Buffer.byteLength(resumed ?? '') <= BYTES)
        const isSmall = framedBytes(last) <= PAGE_BYTES
        assert.equal(recent.messagesAfter(seq, PAGE_BYTES), isSmall ? resumed : undefined)
        assert.equal(recent.newestMessages(count, ALL), encodeMessages(last.slice(-held.length)))
        const page = recent.newestMessages(count, PAGE_BYTES)
        assert.equal(page, encodeNewestChatMessages(last.slice(-held.length), PAGE_BYTES))
        const before = said.slice(0, said.length - count).slice(-10)
        const isHere: boolean =
          count + before.length <= held.length && (before.length === 10 || firstSeq === 1)
        assert.equal(recent.messagesBefore(seq + 1, 10, ALL), isHere ? encodeMessages(before) : undefined)
        const newest = recent.messagesBefore(seq + 1, 10, PAGE_BYTES)
        if (isHere || newest !== undefined) assert.equal(newest, encodeNewestChatMessages(before, PAGE_BYTES))
      }
    }),
    { numRuns: 60 },
  )
})

test('a room without messages answers none', () => {
  const recent = new RecentMessages('here', { messages: MESSAGES, bytes: BYTES })
  assert.deepEqual([recent.newestMessages(50, ALL), recent.messagesBefore(1, 10, ALL)], ['', undefined])
})

test('M4 the newest messages that an answer has room for are its own, one at least and in whole', () => {
  const recent = new RecentMessages('here', { messages: MESSAGES, bytes: BYTES })
  const said = Array.from({ length: 60 }, (_, index) => {
    const seq = index + 1
    return { text: '가'.repeat(index * 10), user, clientMessageId: `m${seq}`, createdAt: 1, seq }
  })
  for (const message of said) recent.keepFrames(encodeFanOutFrames([textOf(message)]), message.seq, 1)
  const fitting = (page: string | undefined): readonly ChatMessage[] => JSON.parse(`[${page}]`)
  for (const bytes of [1, 2_000, PAGE_BYTES, 30_000, 31_000]) {
    const page = recent.newestMessages(50, bytes)
    const messages = fitting(page)
    assert.deepEqual(messages, said.slice(-messages.length))
    assert.ok(messages.length === 1 || Buffer.byteLength(page) <= bytes)
    const before = said.at(-messages.length - 1)
    assert.ok(Buffer.byteLength(`${page},${JSON.stringify(before)}`) >= bytes, 'one more would not fit')
    assert.equal(recent.messagesBefore(61, 50, bytes), page)
  }
})

test('the text of a frame is found, whatever its length', () => {
  const texts = ['', 'a', '가'.repeat(41), 'b'.repeat(126), 'c'.repeat(65_535), 'd'.repeat(65_536), '🎉']
  const finished = encodeFanOutFrames(texts)
  let at = 0
  for (const text of texts) {
    const { start, end } = fanOutFrameTextAt(finished, at)
    assert.equal(finished.toString('utf8', start, end), text)
    at = end
  }
  assert.equal(at, finished.length)
})

test('D6 messages that do not follow those in memory take their place, since a store may forget some', () => {
  const recent = new RecentMessages('here', { messages: MESSAGES, bytes: BYTES })
  const keep = (first: number, count: number) => {
    const messages = Array.from({ length: count }, (_, index) => {
      return { text: 'x', user, clientMessageId: `m${first + index}`, createdAt: 1, seq: first + index }
    })
    recent.keepFrames(encodeFanOutFrames(messages.map(textOf)), first, count)
    return messages
  }
  keep(1, 10)
  const later = [...keep(21, 5), ...keep(26, 5)]
  assert.equal(recent.newestMessages(MESSAGES, ALL), encodeMessages(later))
  assert.equal(recent.messagesAfter(20, ALL), encodeMessages(later))
  assert.equal(recent.messagesAfter(10, ALL), undefined)
  assert.equal(recent.messagesBefore(25, 10, ALL), undefined)
})
