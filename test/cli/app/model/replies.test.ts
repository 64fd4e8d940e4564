import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../../../../cli/app/model/chat-state.ts'
import { findLoadedMessage } from '../../../../cli/app/model/replies.ts'
import { addTypists, freshTypists, withoutTypists } from '../../../../cli/app/model/typists.ts'
import { LIMITS } from '../../../../protocol/limits.ts'
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

test('the answered message is searched for page by page, until it is found or too far up', () => {
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => messageOf(from + index, `m${from + index}`))
  const app = AppUnderTest.inRoom([{ ...messageOf(500, 'indeed'), replyTo: 420 }])
  const asked = () => app.effects.flatMap(effect => (effect.type === 'loadOlder' ? [effect.beforeSeq] : []))
  app.press('alt+up').type('g')
  assert.deepEqual(asked(), [500])
  app.apply({ type: 'olderLoaded', room: 'r1', messages: numbered(450, 50) })
  assert.deepEqual(asked(), [500, 450])
  app.apply({ type: 'olderLoaded', room: 'r1', messages: numbered(400, 50) })
  assert.equal(app.chat.selection?.key, 'm420')
  assert.ok(app.rows().some(row => row.endsWith('m420')))
  assert.deepEqual(asked(), [500, 450])

  const far = AppUnderTest.inRoom([{ ...messageOf(5_000, 'indeed'), replyTo: 2 }])
  far.press('alt+up').effects.length = 0
  far.type('g')
  assert.match(far.notice ?? '', /further up/)
  assert.ok(!far.effects.some(({ type }) => type === 'loadOlder'))

  const ended = AppUnderTest.inRoom([{ ...messageOf(500, 'indeed'), replyTo: 420 }])
  ended.press('alt+up').type('g')
  ended.apply({ type: 'olderLoaded', room: 'r1', messages: [] })
  assert.match(ended.notice ?? '', /further up/)

  const stopped = AppUnderTest.inRoom([{ ...messageOf(500, 'indeed'), replyTo: 420 }])
  stopped.press('alt+up').type('g').press('escape')
  stopped.apply({ type: 'olderLoaded', room: 'r1', messages: numbered(400, 100) })
  assert.equal(stopped.chat.selection, undefined)
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
