import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CHAT_KEY_HANDLERS, stepChatKey } from '../../../../cli/app/update/chat-keys.ts'
import { chatPressOf } from '../../../../cli/app/update/chat-press.ts'
import type { Step } from '../../../../cli/app/update/step.ts'
import type { KeyPress } from '../../../../cli/text/editor/key-press.ts'
import { AppUnderTest, environmentOf, gifMessageOf, messageOf } from '../../../support/chat-fixtures.ts'

/** Every handler by name, in the order in which they are offered a key. */
const ORDER = [
  'stepSelectionKey',
  'stepScrollKey',
  'stepHelpOffer',
  'stepCompletionKey',
  'stepEscapeKey',
  'stepRoomKey',
  'stepComposerKey',
] as const
type Handler = (typeof ORDER)[number]

const room = () =>
  AppUnderTest.inRoom(
    [
      ...Array.from({ length: 40 }, (_, index) => messageOf(index + 1, `said ${index + 1}`)),
      gifMessageOf(41),
    ],
    environmentOf(60, 12),
  )
const named = (key: string): KeyPress => ({ type: 'key', key })
const typed = (text: string): KeyPress => ({ type: 'text', text })

const uploading = () =>
  room().network({
    type: 'outgoing',
    message: {
      clientMessageId: 'mine',
      room: 'r1',
      body: { gifPath: '/tmp/cat.gif', name: 'cat.gif', bytes: 2_048 },
      createdAt: 0,
      queuedAt: 0,
      state: 'sending',
    },
  })
const asking = () =>
  room()
    .apply({ type: 'paste', text: 'line\n'.repeat(20) })
    .press('enter')

interface Row {
  readonly when: string
  readonly app: () => AppUnderTest
  readonly key: KeyPress
  /** Everybody who would answer the key, in order; only the first has it. */
  readonly takers: readonly Handler[]
}

const ROWS: readonly Row[] = [
  {
    when: 'a message is selected above an open list, a reply and a command',
    app: () => room().press('alt+up').type('r').type('/w').press('alt+up'),
    key: named('escape'),
    takers: ['stepSelectionKey', 'stepCompletionKey', 'stepEscapeKey', 'stepComposerKey'],
  },
  {
    when: 'a message is selected above an open list',
    app: () => room().type('@').press('down', 'alt+up'),
    key: named('up'),
    takers: ['stepSelectionKey', 'stepCompletionKey', 'stepComposerKey'],
  },
  {
    when: 'a message is selected',
    app: () => room().press('alt+up'),
    key: named('enter'),
    takers: ['stepSelectionKey', 'stepComposerKey'],
  },
  {
    when: 'a message is selected',
    app: () => room().press('alt+up'),
    key: typed('r'),
    takers: ['stepSelectionKey', 'stepComposerKey'],
  },
  { when: 'nothing is selected', app: room, key: typed('r'), takers: ['stepComposerKey'] },
  {
    when: 'a message is selected',
    app: () => room().press('alt+up'),
    key: named('pageUp'),
    takers: ['stepScrollKey', 'stepComposerKey'],
  },
  {
    when: 'nothing is written',
    app: room,
    key: named('home'),
    takers: ['stepScrollKey', 'stepComposerKey'],
  },
  {
    when: 'something is written',
    app: () => room().type('hello'),
    key: named('home'),
    takers: ['stepComposerKey'],
  },
  {
    when: 'nothing is written',
    app: room,
    key: named('tab'),
    takers: ['stepCompletionKey', 'stepComposerKey'],
  },
  {
    when: 'a lone question mark is written',
    app: () => room().type('?'),
    key: named('tab'),
    takers: ['stepHelpOffer', 'stepCompletionKey', 'stepComposerKey'],
  },
  {
    when: 'a list is open and a reply is written',
    app: () => room().press('alt+up').type('r').type('@'),
    key: named('escape'),
    takers: ['stepCompletionKey', 'stepEscapeKey', 'stepComposerKey'],
  },
  {
    when: 'a list is open and one of it is chosen',
    app: () => room().type('@').press('down'),
    key: named('enter'),
    takers: ['stepCompletionKey', 'stepComposerKey'],
  },
  {
    when: 'a question is asked',
    app: asking,
    key: named('escape'),
    takers: ['stepEscapeKey', 'stepComposerKey'],
  },
  { when: 'a question is asked', app: asking, key: named('enter'), takers: ['stepComposerKey'] },
  { when: 'a question is asked', app: asking, key: named('tab'), takers: ['stepComposerKey'] },
  {
    when: 'a draft is written during an upload',
    app: () => uploading().type('hello'),
    key: named('escape'),
    takers: ['stepEscapeKey', 'stepComposerKey'],
  },
  {
    when: 'a command without a list is written during an upload',
    app: () => uploading().type('/who x'),
    key: named('escape'),
    takers: ['stepComposerKey'],
  },
  {
    when: 'nothing is written',
    app: room,
    key: named('ctrl+d'),
    takers: ['stepRoomKey', 'stepComposerKey'],
  },
  {
    when: 'something is written',
    app: () => room().type('hello'),
    key: named('ctrl+d'),
    takers: ['stepComposerKey'],
  },
  {
    when: 'a list is open',
    app: () => room().type('@'),
    key: named('ctrl+r'),
    takers: ['stepRoomKey', 'stepComposerKey'],
  },
]

/** A step with the notice in words, since each step makes its own function for it. */
function outcomeOf({ state, effects }: Step) {
  const { screen, environment } = state
  if (screen.name !== 'chat') return { screen, effects }
  const { notice, ...chat } = screen.chat
  return { notice: notice?.(environment.texts), chat, effects }
}

describe('a key in a room', () => {
  test('is offered to one handler after the other, in this order', () => {
    assert.deepEqual(
      CHAT_KEY_HANDLERS.map(handler => handler.name),
      ORDER,
    )
  })

  for (const { when, app, key, takers } of ROWS) {
    const name = key.type === 'key' ? key.key : `"${key.text}"`
    test(`belongs to ${takers[0]} when ${when} and ${name} is pressed`, () => {
      const { state, chat } = app()
      const press = chatPressOf(state, chat, key)
      const answers = CHAT_KEY_HANDLERS.flatMap(handler => {
        const step = handler(press)
        return step === undefined ? [] : [{ name: handler.name, step }]
      })
      assert.deepEqual(
        answers.map(answer => answer.name),
        takers,
      )
      const [first] = answers
      assert.ok(first !== undefined)
      assert.deepEqual(outcomeOf(stepChatKey(state, chat, key)), outcomeOf(first.step))
    })
  }

  test('takes the question, the notice and the search away, whoever has it', () => {
    const app = room()
    const { state, chat } = app
    const shown = {
      ...chat,
      seeking: { kind: 'message', seq: 7, asked: 8 } as const,
      notice: () => 'said',
      composer: { ...chat.composer, isAsking: true },
    }
    for (const key of [named('pageUp'), named('escape'), named('ctrl+r'), typed('x')]) {
      const { screen } = stepChatKey(state, shown, key).state
      assert.ok(screen.name === 'chat')
      assert.equal(screen.chat.seeking, undefined)
      assert.equal(screen.chat.composer.isAsking, false)
      assert.notEqual(screen.chat.notice?.(state.environment.texts), 'said')
    }
  })

  test('ends a selection, unless it selects, pages, or acts on the message', () => {
    for (const [key, isKept] of [
      ['alt+up', true],
      ['pageUp', true],
      ['home', false],
      ['ctrl+r', false],
      ['alt+p', false],
      ['left', false],
    ] as const)
      assert.equal(room().press('alt+up', key).chat.selection !== undefined, isKept, key)
    assert.equal(room().press('alt+up').type('x').chat.composer.editor.text, 'x')
  })

  test('can scroll back to the end with Escape while a draft is written, and then the upload is next', () => {
    const app = uploading().press('pageUp').type('hello')
    assert.notEqual(app.chat.scroll, 'end')
    app.press('escape')
    assert.equal(app.chat.scroll, 'end')
    assert.ok(!app.effects.some(({ type }) => type === 'discard'))
    app.press('escape')
    assert.deepEqual(app.effects.at(-1), { type: 'discard', message: 'mine' })
  })
})

describe('a command that is refused', () => {
  for (const line of ['/foo', '/gif', '/who are you', '/save'])
    test(`gives way to the next command (${line})`, () => {
      const app = room().type(line).press('enter')
      assert.equal(app.chat.composer.editor.text, line)
      for (const letter of '/who') app.type(letter)
      assert.equal(app.chat.composer.editor.text, '/who')
      app.press('enter')
      assert.ok(!app.effects.some(effect => effect.type === 'say'))
      assert.equal(app.chat.composer.editor.text, '')
    })

  test('stays when it is mended, or when the slash begins the missing path', () => {
    const refused = (line: string) => room().type(line).press('enter')
    const text = (app: AppUnderTest) => app.chat.composer.editor.text
    assert.equal(text(refused('/gif ').type('/')), '/gif /')
    assert.equal(text(refused('/foo').type('o').type('/')), '/fooo/')
    assert.equal(text(refused('/foo').press('home').type('/')), '//foo')
    assert.equal(text(refused('/foo').type('/').press('ctrl+y')), '//foo')
  })

  for (const [line, why] of [
    ['/foo', /There is no \/foo/],
    ['/leave now', /Nothing may follow \/leave/],
    ['/gif ', /Which file/],
  ] as const) {
    test(`${line} stays to be mended, with what is wrong, and Esc or Ctrl-U clears both`, () => {
      const refused = () => room().type(line).press('enter')
      assert.match(refused().notice ?? '', why)
      assert.equal(refused().chat.composer.editor.text, line)
      for (const key of ['escape', 'ctrl+u']) {
        const app = refused().press(key)
        assert.equal(app.chat.composer.editor.text, '')
        assert.equal(app.notice, undefined)
        assert.equal(app.press('ctrl+y').chat.composer.editor.text, line, 'it can be had back')
      }
    })
  }
})
