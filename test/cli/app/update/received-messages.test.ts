import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layoutWindowTitle } from '../../../../cli/app/view/window-title.ts'
import { readDisplaySettings } from '../../../../cli/commands/shell/read-display-settings.ts'
import type { ChatMessage } from '../../../../protocol/model.ts'
import {
  AppUnderTest,
  environmentOf,
  joinedOf,
  ME,
  messageOf,
  OTHER,
  roomOf,
} from '../../../support/chat-fixtures.ts'

const FOR_ME = `hey @${ME.color.slice(1)}, look`

const come = (app: AppUnderTest, ...messages: readonly ChatMessage[]) =>
  app.network(...messages.map(message => ({ type: 'message', room: 'r1', message }) as const))
const rings = (app: AppUnderTest) => app.effects.filter(({ type }) => type === 'ring').length
const inRoom = (bell: 'off' | 'mentions' | 'all' = 'mentions') =>
  AppUnderTest.inRoom(
    [messageOf(1, 'mine', ME)],
    environmentOf(80, 24, { display: readDisplaySettings({ bell }, {}) }),
  )

test('what others say counts as unread while the end is out of sight or the window without the focus', () => {
  const app = inRoom()
  come(app, messageOf(2, 'seen'))
  assert.equal(app.chat.unread.count, 0)
  app.apply({ type: 'focus', isFocused: false })
  come(app, messageOf(3, 'not seen'), messageOf(4, 'my own', ME), messageOf(5, FOR_ME))
  assert.deepEqual(app.chat.unread, { count: 2, forMe: 1, from: 3 })
  assert.equal(layoutWindowTitle(app.state), 'gifchat: room r1 (2)')
  app.apply({ type: 'focus', isFocused: true })
  assert.deepEqual(app.chat.unread, { count: 0, forMe: 0, from: 3 })
  assert.equal(layoutWindowTitle(app.state), 'gifchat: room r1')

  app.apply({ type: 'resize', columns: 40, rows: 8 }).press('pageUp')
  come(app, messageOf(6, 'further down'))
  app.apply({ type: 'focus', isFocused: false }, { type: 'focus', isFocused: true })
  assert.deepEqual(app.chat.unread, { count: 1, forMe: 0, from: 6 }, 'the focus alone shows no end')
  app.press('end')
  assert.equal(app.chat.unread.count, 0)
  app.type('all read').press('enter')
  assert.equal(app.chat.unread.from, undefined)
})

test('what a lost connection missed is counted too, and what a join brings is not', () => {
  const app = inRoom().apply({ type: 'focus', isFocused: false })
  app.network({
    ...joinedOf(roomOf('r1'), [messageOf(2, 'meanwhile'), messageOf(3, FOR_ME)]),
    isResume: true,
  })
  assert.deepEqual(app.chat.unread, { count: 2, forMe: 1, from: 2 })
  assert.equal(rings(app), 1)
  assert.equal(app.chat.newestSeq, 3)
})

test('the bell rings for whom is named or answered out of sight, for all where that is wanted, and never in a row', () => {
  const answer = { ...messageOf(3, 'to you'), replyTo: 1 }
  for (const [bell, isFocused, message, expected] of [
    ['mentions', undefined, messageOf(3, FOR_ME), 1],
    ['mentions', true, messageOf(3, FOR_ME), 0],
    ['mentions', false, answer, 1],
    ['mentions', false, messageOf(3, 'nothing special'), 0],
    ['mentions', false, { ...messageOf(3, 'to another'), replyTo: 2 }, 0],
    ['mentions', false, messageOf(3, FOR_ME, ME), 0],
    ['all', false, messageOf(3, 'nothing special'), 1],
    ['all', true, messageOf(3, 'nothing special'), 0],
    ['all', undefined, answer, 1],
    ['all', true, answer, 0],
    ['off', false, answer, 0],
  ] as const) {
    const app = inRoom(bell)
    come(app, messageOf(2, 'before', OTHER))
    if (isFocused !== undefined) app.apply({ type: 'focus', isFocused })
    come(app, message)
    assert.equal(rings(app), expected, `${bell} ${isFocused} ${JSON.stringify(message)}`)
  }
  const app = inRoom('all').apply({ type: 'focus', isFocused: false })
  for (let seq = 2; seq < 100; seq++) come(app, messageOf(seq, FOR_ME))
  assert.equal(rings(app), 1)
  assert.equal(layoutWindowTitle(app.state), 'gifchat: room r1 (98)')
  come(app, messageOf(100, 'x'), messageOf(101, 'x'))
  assert.equal(layoutWindowTitle(app.state), 'gifchat: room r1 (99+)')
  app.now += 3_000
  come(app, messageOf(102, 'x'))
  assert.equal(rings(app), 2)
})

test('an answer to something of the reader that is further up than is loaded counts and rings as any other', () => {
  const quoteOf = (user: typeof ME) =>
    ({ type: 'quoteLoaded', room: 'r1', seq: 3, message: messageOf(3, 'long ago', user) }) as const
  const inLongRoom = () =>
    AppUnderTest.inRoom(
      [messageOf(200, 'the first that is loaded')],
      environmentOf(80, 24, { display: readDisplaySettings({ bell: 'mentions' }, {}) }),
    ).apply({ type: 'focus', isFocused: false })
  const answers = [
    { ...messageOf(201, 'to you'), replyTo: 3 },
    { ...messageOf(202, 'to you, too'), replyTo: 3 },
  ]
  const app = come(inLongRoom(), ...answers)
  assert.deepEqual(
    app.effects.filter(({ type }) => type === 'loadQuote'),
    [{ type: 'loadQuote', room: 'r1', seq: 3 }],
    'asked for once',
  )
  assert.deepEqual([app.chat.unread, rings(app)], [{ count: 2, forMe: 0, from: 201 }, 0])
  app.apply(quoteOf(ME))
  assert.deepEqual([app.chat.unread, rings(app)], [{ count: 2, forMe: 2, from: 201 }, 1])
  app.apply(quoteOf(ME))
  assert.deepEqual([app.chat.unread.forMe, rings(app)], [2, 1])

  const ofAnother = come(inLongRoom(), ...answers).apply(quoteOf(OTHER))
  assert.deepEqual([ofAnother.chat.unread.forMe, rings(ofAnother)], [0, 0])
  const read = come(inLongRoom(), ...answers).apply({ type: 'focus', isFocused: true }, quoteOf(ME))
  assert.deepEqual([read.chat.unread.forMe, rings(read)], [0, 0])
})

test('a flood of answers to messages further up asks for few of them at once', () => {
  const app = inRoom()
  const flood = Array.from({ length: 500 }, (_, index) => ({
    ...messageOf(900 + index, 'x'),
    replyTo: 2 + index,
  }))
  app.network({ ...joinedOf(roomOf('r1'), flood), isResume: true })
  assert.equal(app.effects.filter(({ type }) => type === 'loadQuote').length, 20)
  assert.equal(app.chat.unclearAnswers.length, 20)
})

test('a new day is told also where only notes stand between, and not above the first message', () => {
  const day = 86_400_000
  const app = AppUnderTest.inRoom([messageOf(1, 'yesterday')])
  come(app, messageOf(2, 'today', OTHER, messageOf(1, '').createdAt + day))
  assert.equal(app.rows().filter(row => row.includes('—')).length, 1)
  assert.match(app.rows().find(row => row.includes('—')) ?? '', /Wednesday, November 25, 2026/)
})
