import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHAT_KEY_HANDLERS, chatPressOf } from '../../../../cli/app/update/chat-keys.ts'
import { AppUnderTest, environmentOf, messageOf, OTHER } from '../../../support/chat-fixtures.ts'

const room = (): AppUnderTest =>
  AppUnderTest.inRoom(
    Array.from({ length: 30 }, (_, index) => messageOf(index + 1, `said ${index + 1}`, OTHER)),
    environmentOf(80, 24),
  )

/** The names of all who would answer a key, in the order in which they are asked. */
function answering(app: AppUnderTest, key: string): readonly string[] {
  const press = chatPressOf(app.state, app.chat, { type: 'key', key })
  return CHAT_KEY_HANDLERS.filter(handler => handler(press) !== undefined).map(({ name }) => name)
}

const cases: readonly (readonly [string, () => AppUnderTest, string, readonly string[]])[] = [
  [
    'a selected message has the keys that scroll',
    () => room().press('alt+up'),
    'up',
    ['stepSelectionKey', 'stepComposerKey'],
  ],
  [
    'Escape lets go of a selected message before anything else',
    () => room().press('alt+up'),
    'escape',
    ['stepSelectionKey', 'stepEscapeKey', 'stepComposerKey'],
  ],
  [
    'an open list takes Escape before the reply does',
    () => room().press('alt+up').type('r').type('/'),
    'escape',
    ['stepCompletionKey', 'stepEscapeKey', 'stepComposerKey'],
  ],
  [
    'Tab opens the help behind a lone question mark',
    () => room().type('?'),
    'tab',
    ['stepHelpOffer', 'stepCompletionKey', 'stepComposerKey'],
  ],
  ['Home scrolls while the composer is empty', room, 'home', ['stepScrollKey', 'stepComposerKey']],
  ["Home is the composer's while there is a text", () => room().type('text'), 'home', ['stepComposerKey']],
  ['Ctrl-D leaves while the composer is empty', room, 'ctrl+d', ['stepRoomKey', 'stepComposerKey']],
  ['Ctrl-D deletes while there is a text', () => room().type('text'), 'ctrl+d', ['stepComposerKey']],
]

for (const [title, app, key, handlers] of cases)
  test(title, () => assert.deepEqual(answering(app(), key), handlers))
