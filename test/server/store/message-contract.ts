import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AppendBatch, type ChatStore, SeqTakenError } from '../../../server/chat/chat-store.ts'
import type { OpenedStore } from './chat-store-contract.ts'
import { ada, allAppended, bob, GIF_BYTES, gifOf, roomOf, say, show } from './store-samples.ts'

const HARD_STRINGS = [
  'plain',
  '한국어 메시지',
  '👩‍👩‍👧‍👦 and e\u0301',
  'before\u0000after',
  '{"$gt":""}',
  '$where',
  '__proto__',
  'constructor.prototype',
  `'; DROP TABLE rooms; --`,
  '\\u0000 \\ " \u2028 \u202e \ufeff',
  'null',
]

/** Ids that look alike. A database could take some of them for others. */
const LIKE_IDS = [
  'a',
  'A',
  'a ',
  ' a',
  'a\u0000',
  'a\ufeff',
  '\u00e9',
  'e\u0301',
  '1',
  '01',
  '1.0',
  '$a',
  'a.b',
  'a.B',
]

/** Tests what `ChatStore` promises about messages. */
export function messageContractOf(opened: OpenedStore): void {
  const { append, texts, reopen } = opened
  describe('messages', () => {
    test('texts and GIFs come back as they were said, whatever they say', async () => {
      await opened.store.createRoom(roomOf('said'))
      const gif = { ...gifOf('s', GIF_BYTES), name: '파티 $name __proto__.gif' }
      await opened.store.saveGif('said', gifOf('s', GIF_BYTES), GIF_BYTES)
      const messages = [...HARD_STRINGS.map(text => say(text, text)), show(gif, 'the gif')]
      const outcomes = await append('said', 1, ...messages)
      assert.deepEqual(
        outcomes,
        messages.map(({ createdAt }, index) => ({ seq: index + 1, createdAt, isDuplicate: false })),
      )
      const expected = messages.map((message, index) => ({ seq: index + 1, ...message }))
      assert.deepEqual(await opened.store.readMessages('said', { limit: 100 }), expected)
      await reopen()
      assert.deepEqual(await opened.store.readMessages('said', { limit: 100 }), expected)
    })

    test('a reply comes back with the message that it answers, and no other message has one', async () => {
      await opened.store.createRoom(roomOf('replies'))
      await opened.store.saveGif('replies', gifOf('r', GIF_BYTES), GIF_BYTES)
      const messages = [
        say('a question', '1'),
        { ...say('an answer', '2', bob), replyTo: 1 },
        { ...show({ ...gifOf('r', GIF_BYTES), name: 'r.gif' }, '3'), replyTo: 2 },
      ]
      await append('replies', 1, ...messages)
      const expected = messages.map((message, index) => ({ seq: index + 1, ...message }))
      assert.deepEqual(await opened.store.readMessages('replies', { limit: 3 }), expected)
      const again = await append('replies', 4, say('an answer', '2', bob))
      assert.equal(again[0]?.isDuplicate, true)
      await reopen()
      assert.deepEqual(await opened.store.readMessages('replies', { limit: 3 }), expected)
    })

    test('what a bot said comes back as that', async () => {
      await opened.store.createRoom(roomOf('bots'))
      const messages = [say('by hand', '1'), { ...say('by a bot', '2'), bot: true } as const]
      await append('bots', 1, ...messages)
      const expected = messages.map((message, index) => ({ seq: index + 1, ...message }))
      assert.deepEqual(await opened.store.readMessages('bots', { limit: 2 }), expected)
      await reopen()
      assert.deepEqual(await opened.store.readMessages('bots', { limit: 2 }), expected)
    })

    test('one call stores the batches of several rooms, and nothing of none', async () => {
      for (const id of ['many-1', 'many-2', 'many-3']) await opened.store.createRoom(roomOf(id))
      assert.deepEqual(await opened.store.appendMessages([]), [])
      const batches: AppendBatch[] = [
        { room: 'many-1', firstSeq: 1, messages: [say('a', '1'), say('b', '2')] },
        { room: 'many-2', firstSeq: 1, messages: [] },
        { room: 'many-3', firstSeq: 1, messages: [say('c', '1')] },
      ]
      const outcomes = allAppended(await opened.store.appendMessages(batches))
      assert.deepEqual(
        outcomes.map(batch => batch.map(({ seq }) => seq)),
        [[1, 2], [], [1]],
      )
      assert.deepEqual(await texts('many-1'), ['a', 'b'])
      assert.deepEqual(await texts('many-2'), [])
      assert.deepEqual(await texts('many-3'), ['c'])
    })

    test('of the newest, no more is read than has so many bytes, and one at least', async () => {
      await opened.store.createRoom(roomOf('heavy'))
      const heavy = Array.from({ length: 150 }, (_, index) => say('가'.repeat(2_000), `${index}`))
      for (let said = 0; said < heavy.length; said += 25)
        await append('heavy', said + 1, ...heavy.slice(said, said + 25))
      for (const bytes of [1, 20_000, 200_000]) {
        const seqs: number[] = []
        for (let beforeSeq = 151; beforeSeq > 1; ) {
          const range = { beforeSeq, limit: 100, bytes }
          const page = await opened.store.readMessages('heavy', range)
          const read = page.reduce((sum, message) => sum + Buffer.byteLength(JSON.stringify(message)), 0)
          assert.ok(page.length > 0 && (read >= bytes || page[0]?.seq === 1), 'too little was read')
          // In memory nothing is read from anywhere.
          const most = opened.store.kind === 'memory' ? Number.POSITIVE_INFINITY : bytes + 40_000
          assert.ok(read < most, `${read} bytes were read for ${bytes}`)
          seqs.unshift(...page.map(({ seq }) => seq))
          beforeSeq = page[0]?.seq ?? 0
        }
        assert.deepEqual(
          seqs,
          heavy.map((_, index) => index + 1),
        )
      }
      assert.equal((await opened.store.readMessages('heavy', { limit: 2, bytes: 1e9 })).length, 2)
    })

    test('a range is read from either end, in order', async () => {
      await opened.store.createRoom(roomOf('range'))
      await append('range', 1, ...Array.from({ length: 10 }, (_, index) => say(`${index + 1}`, `${index}`)))
      const seqs = async (range: Parameters<ChatStore['readMessages']>[1]) =>
        (await opened.store.readMessages('range', range)).map(({ seq }) => seq)
      assert.deepEqual(await seqs({ limit: 3 }), [8, 9, 10])
      assert.deepEqual(await seqs({ limit: 3, from: 'newest' }), [8, 9, 10])
      assert.deepEqual(await seqs({ limit: 3, from: 'oldest' }), [1, 2, 3])
      assert.deepEqual(await seqs({ afterSeq: 4, beforeSeq: 8, limit: 100 }), [5, 6, 7])
      assert.deepEqual(await seqs({ afterSeq: 4, limit: 2, from: 'oldest' }), [5, 6])
      assert.deepEqual(await seqs({ beforeSeq: 5, limit: 2 }), [3, 4])
      assert.deepEqual(await seqs({ afterSeq: 10, limit: 2 }), [])
      assert.deepEqual(await opened.store.readMessages('no such room', { limit: 10 }), [])
    })
  })

  describe('duplicates', () => {
    test('a resend gets the first answer and leaves no hole, in the same batch and in a later one', async () => {
      await opened.store.createRoom(roomOf('again'))
      const first = { ...say('first', 'x'), createdAt: 1_600_000_000_000 }
      const outcomes = await append('again', 1, first, say('first again', 'x'), say('second', 'y'))
      const ofFirst = { seq: 1, createdAt: first.createdAt, isDuplicate: true }
      assert.deepEqual(outcomes[1], ofFirst)
      assert.deepEqual(
        outcomes.map(({ seq }) => seq),
        [1, 1, 2],
      )
      const later = await append(
        'again',
        3,
        say('x', 'x'),
        say('third', 'z'),
        say('y', 'y'),
        say('fourth', 'w'),
      )
      assert.deepEqual(later[0], ofFirst)
      assert.deepEqual(
        later.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
        [
          [1, true],
          [3, false],
          [2, true],
          [4, false],
        ],
      )
      await reopen()
      assert.deepEqual((await append('again', 5, say('after reopen', 'x'), say('fifth', 'v')))[0], ofFirst)
      assert.deepEqual(await texts('again'), ['first', 'second', 'third', 'fourth', 'fifth'])
    })

    test('a whole batch that was stored before is answered as it was', async () => {
      await opened.store.createRoom(roomOf('lost-answer'))
      const messages = [say('one', '1'), say('two', '2'), say('three', '3')]
      await append('lost-answer', 1, ...messages)
      assert.deepEqual(
        (await append('lost-answer', 4, ...messages)).map(({ seq, isDuplicate }) => [seq, isDuplicate]),
        [
          [1, true],
          [2, true],
          [3, true],
        ],
      )
      assert.deepEqual(await texts('lost-answer'), ['one', 'two', 'three'])
    })

    test('the id belongs to one user in one room', async () => {
      for (const id of ['mine-1', 'mine-2']) await opened.store.createRoom(roomOf(id))
      await append('mine-1', 1, say('of ada', 'same'), say('of bob', 'same', bob))
      await opened.store.appendMessages([
        { room: 'mine-1', firstSeq: 3, messages: [say('again', 'same', bob), say('new', 'other')] },
        { room: 'mine-2', firstSeq: 1, messages: [say('elsewhere', 'same')] },
      ])
      assert.deepEqual(await texts('mine-1'), ['of ada', 'of bob', 'new'])
      assert.deepEqual(await texts('mine-2'), ['elsewhere'])
    })

    test('ids that differ at all are different messages, and each is known again', async () => {
      await opened.store.createRoom(roomOf('ids'))
      const said = LIKE_IDS.map(id => say('the same', id))
      assert.deepEqual(
        (await append('ids', 1, ...said)).map(({ seq, isDuplicate }) => [seq, isDuplicate]),
        LIKE_IDS.map((_, index) => [index + 1, false]),
      )
      assert.deepEqual(
        (await append('ids', LIKE_IDS.length + 1, ...said)).map(({ seq, isDuplicate }) => [seq, isDuplicate]),
        LIKE_IDS.map((_, index) => [index + 1, true]),
      )
    })

    test('a long resend among new messages is known, and leaves no hole', async () => {
      await opened.store.createRoom(roomOf('long'))
      const old = Array.from({ length: 250 }, (_, index) => say(`${index}`, `old ${index}`))
      await append('long', 1, ...old)
      const both = old.flatMap(message => [message, say('new', `new ${message.clientMessageId}`)])
      const outcomes = await append('long', 251, ...both)
      assert.deepEqual(
        outcomes.map(({ seq }) => seq),
        old.flatMap((_, index) => [index + 1, index + 251]),
      )
      assert.equal((await texts('long')).length, 500)
    })

    test('a colour that changed does not make another user', async () => {
      await opened.store.createRoom(roomOf('colour'))
      await append('colour', 1, say('one', 'x'))
      const [outcome] = await append('colour', 2, say('one', 'x', { ...ada, color: '#00FF00' }))
      assert.equal(outcome?.isDuplicate, true)
    })

    test('a seq that is used is refused', async () => {
      await opened.store.createRoom(roomOf('taken'))
      await append('taken', 1, say('one', '1'), say('two', '2'))
      await assert.rejects(append('taken', 2, say('other', '3')), SeqTakenError)
      assert.deepEqual(await texts('taken'), ['one', 'two'])
      assert.equal((await append('taken', 3, say('three', '3')))[0]?.seq, 3)
    })

    test('what one batch meets is its own, wherever it stands among the others', async () => {
      for (const id of ['own-1', 'own-2', 'own-3']) await opened.store.createRoom(roomOf(id))
      await append('own-2', 1, say('one', '1'))
      await append('own-3', 1, say('one', '1'))
      const [before, taken, resent] = await opened.store.appendMessages([
        { room: 'own-1', firstSeq: 1, messages: [say('a', 'a')] },
        { room: 'own-2', firstSeq: 1, messages: [say('b', 'b')] },
        { room: 'own-3', firstSeq: 2, messages: [say('one', '1'), say('c', 'c')] },
      ])
      assert.ok(taken instanceof SeqTakenError)
      const seqsOf = (outcome: typeof before) =>
        allAppended([outcome ?? []])
          .flat()
          .map(({ seq }) => seq)
      assert.deepEqual([seqsOf(before), seqsOf(resent)], [[1], [1, 2]])
      assert.deepEqual(await texts('own-2'), ['one'])
      assert.deepEqual(await texts('own-3'), ['one', 'c'])
    })
  })
}
