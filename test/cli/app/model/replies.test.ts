import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../../../../cli/app/model/chat-state.ts'
import { findLoadedMessage } from '../../../../cli/app/model/replies.ts'
import { addTypists, freshTypists, withoutTypists } from '../../../../cli/app/model/typists.ts'
import { LIMITS } from '../../../../protocol/limits.ts'
import type { ChatMessage } from '../../../../protocol/model.ts'
import { AppUnderTest, ME, messageOf, NOON, OTHER } from '../../../support/chat-fixtures.ts'

test('a message is found by its seq, wherever notes are among the entries', () => {
  const note = (key: number): Entry => ({ kind: 'note', key: `n${key}`, lines: () => [] })
  const message = (seq: number): Entry => ({ kind: 'message', key: `m${seq}`, message: messageOf(seq, 'x') })
  for (const notes of [0, 1, 5]) {
    for (const count of [0, 1, 2, 7, 50]) {
      const between = Array.from({ length: notes }, (_, key) => note(key))
      const entries = [
        ...between,
        ...Array.from({ length: count }, (_, index) => [message(10 + index), ...between]).flat(),
      ]
      for (let seq = 8; seq < 12 + count; seq++) {
        const isThere = seq >= 10 && seq < 10 + count
        assert.equal(
          findLoadedMessage(entries, seq)?.seq,
          isThere ? seq : undefined,
          `${notes} ${count} ${seq}`,
        )
      }
    }
  }
})

/** Answers what the app looks up, as a server with these messages does. */
function answerLookUps(app: AppUnderTest, kept: readonly ChatMessage[]): number {
  let answered = 0
  for (;;) {
    const effect = app.effects.at(-1)
    if (effect?.type !== 'lookUp') return answered
    const { beforeSeq, limit } = effect
    const messages = kept.filter(({ seq }) => seq < beforeSeq).slice(-limit)
    app.effects.length = 0
    app.apply({ type: 'lookedUp', room: 'r1', beforeSeq, messages })
    answered++
  }
}

const numbered = (from: number, to: number): readonly ChatMessage[] =>
  Array.from({ length: to - from + 1 }, (_, index) => messageOf(from + index, `said ${from + index}`))

test('g goes to the answered message however far up it is, with what is around it, and End leads back', () => {
  const history = [...numbered(1, 4_999), { ...messageOf(5_000, 'indeed'), replyTo: 420 }]
  const app = AppUnderTest.inRoom(history.slice(-50))
  app.press('alt+up').type('g')
  assert.equal(answerLookUps(app, history), 1)
  assert.equal(app.chat.selection?.key, 'm420')
  assert.ok(app.rows().some(row => row.endsWith('said 420')))
  app.network({ type: 'message', room: 'r1', message: messageOf(5_001, 'meanwhile') })
  assert.ok(
    app.rows().some(row => row.endsWith('said 420')),
    'news do not move what is read',
  )
  app.press('escape', 'end')
  assert.ok(app.rows().some(row => row.endsWith('meanwhile')))
  assert.ok(app.rows().some(row => row.endsWith('indeed')))

  const gone = AppUnderTest.inRoom(history.slice(-50))
  gone.press('alt+up').type('g')
  answerLookUps(gone, history.slice(1_000))
  assert.match(gone.notice ?? '', /kept no longer/)

  const stopped = AppUnderTest.inRoom(history.slice(-50))
  stopped.press('alt+up').type('g').press('escape')
  answerLookUps(stopped, history)
  assert.equal(stopped.chat.selection, undefined)
  assert.equal(stopped.chat.keptEnd, undefined)
})

test('below an earlier part the next pages follow, until it meets the end', () => {
  const history = [...numbered(1, 299), { ...messageOf(300, 'indeed'), replyTo: 20 }]
  const app = AppUnderTest.inRoom(history.slice(-50))
  app.press('alt+up').type('g')
  answerLookUps(app, history)
  app.press('escape')
  for (let pages = 0; app.chat.keptEnd !== undefined; pages++) {
    assert.ok(pages < 100)
    app.press('pageDown')
    const effect = app.effects.at(-1)
    if (effect?.type !== 'loadNewer') continue
    const { afterSeq } = effect
    const messages = history.filter(({ seq }) => seq > afterSeq).slice(0, 50)
    app.effects.length = 0
    app.apply({ type: 'newerLoaded', room: 'r1', messages })
  }
  const seqs = app.chat.entries.flatMap(entry => (entry.kind === 'message' ? [entry.message.seq] : []))
  assert.deepEqual(
    seqs,
    Array.from({ length: seqs.length }, (_, index) => index + 1),
  )
  assert.equal(seqs.at(-1), 300)
})

test('Home goes to the first message that is kept, in a few questions however long the room is', () => {
  const history = numbered(1, 100_000)
  for (const first of [1, 2, 60, 40_000, 99_960]) {
    const kept = history.slice(first - 1)
    const app = AppUnderTest.inRoom(kept.slice(-20))
    app.press('home')
    assert.ok(answerLookUps(app, kept) <= 22)
    assert.match(app.rows().join('\n'), new RegExp(`said ${first}\\b`), `from ${first} on`)
  }
})

test('/find goes to the newest message with a word, and the same once more to the one before', () => {
  const history = numbered(1, 3_000).map(message =>
    [700, 1_200].includes(message.seq) ? { ...message, text: 'The  PAGER rings' } : message,
  )
  const app = AppUnderTest.inRoom(history.slice(-50))
  app.type('/find the pager').press('enter')
  answerLookUps(app, history)
  assert.equal(app.chat.selection?.key, 'm1200')
  app.type('/find').press('enter')
  answerLookUps(app, history)
  assert.equal(app.chat.selection?.key, 'm700')
  app.type('/검색 The Pager').press('enter')
  answerLookUps(app, history)
  assert.match(app.notice ?? '', /Nothing further up has "the pager"/)
})

test('/find goes to the first message of a day, and says when nothing was said on it', () => {
  const day = 24 * 60 * 60_000
  const history = [1, 2, 2, 2, 5, 5].flatMap((date, index) =>
    Array.from({ length: 100 }, (_, place) =>
      messageOf(index * 100 + place + 1, `on ${date}`, OTHER, NOON - (7 - date) * day + place),
    ),
  )
  const found = (typed: string) => {
    const app = AppUnderTest.inRoom(history.slice(-10))
    app.type(`/find ${typed}`).press('enter')
    answerLookUps(app, history)
    return [app.chat.selection?.key, app.notice]
  }
  // Noon is on 24 November, so that 1 is the 18th.
  assert.deepEqual(found('2026-11-19'), ['m101', undefined])
  assert.deepEqual(found('11월 19일'), ['m101', undefined])
  assert.deepEqual(found('11-18'), ['m1', undefined])
  const [next, notice] = found('2026-11-20')
  assert.equal(next, 'm401')
  assert.match(notice ?? '', /Nothing was said on that day/)
  assert.match(found('yesterday')[1] ?? '', /or since/)
})

test('a reply can be a GIF, and a reply that is too long stays in the composer', () => {
  const app = AppUnderTest.inRoom([messageOf(1, 'hello')])
  app.press('alt+up').type('r').type('/gif ./cat.gif').press('enter')
  assert.deepEqual(app.effects.at(-1), { type: 'postGif', room: 'r1', path: './cat.gif', replyTo: 1 })
  assert.equal(app.chat.replyTo, undefined)
  const long = `/reply ${'x'.repeat(LIMITS.textLength + 1)}`
  app.type(long).press('enter')
  assert.equal(app.chat.composer.editor.text, long)
})

test('C8 a typing hint expires after a while, a newer one extends it, and one’s own is not shown', () => {
  const people = Array.from({ length: 5 }, (_, index) => ({ id: `p${index}`, color: '#112233' }))
  const first = addTypists([], people.slice(0, 2), 1_000)
  const both = addTypists(first, people.slice(1, 3), 3_000)
  const ids = (typists: typeof both) => typists.map(({ user }) => user.id)
  assert.deepEqual(ids(both), ['p0', 'p1', 'p2'])
  assert.deepEqual(ids(freshTypists(both, 1_000 + LIMITS.typingShownMs)), ['p1', 'p2'])
  assert.deepEqual(ids(withoutTypists(both, ['p1'])), ['p0', 'p2'])
  assert.equal(withoutTypists(both, ['somebody']), both)

  const app = AppUnderTest.inRoom()
  app.network({ type: 'typing', room: 'r1', users: [ME, OTHER] })
  assert.deepEqual(ids(app.chat.typists), [OTHER.id])
  app.now = NOON + LIMITS.typingShownMs
  app.apply({ type: 'tick' })
  assert.deepEqual(app.chat.typists, [])
})

test('C8 a hint is sent with the first letter, then once per pause, and never when alone in the room', () => {
  const app = AppUnderTest.inRoom()
  const hints = () => app.effects.filter(({ type }) => type === 'hintTyping').length
  app.type('h').type('e')
  assert.equal(hints(), 1)
  app.now += LIMITS.typingPauseMs
  app.press('left')
  assert.equal(hints(), 1, 'a cursor that moves writes nothing')
  app.type('y')
  assert.equal(hints(), 2)
  app.network({ type: 'exit', room: 'r1', users: [OTHER], people: 1 })
  app.now += LIMITS.typingPauseMs
  app.type('!')
  assert.equal(hints(), 2)
})
