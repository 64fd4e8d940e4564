import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shownCompletion } from '../../../../../cli/app/model/completion/completion.ts'
import { completionQueryAt } from '../../../../../cli/app/model/completion/completion-query.ts'
import { emojiCompletions } from '../../../../../cli/app/model/completion/emoji-search.ts'
import { readFileArgument } from '../../../../../cli/app/model/completion/file-argument.ts'
import type { ListedFile } from '../../../../../cli/files/gif-file-listing.ts'
import { emojiNames } from '../../../../../cli/i18n/emoji-names.ts'
import { AppUnderTest, joinedOf, ME, messageOf, OTHER, roomOf } from '../../../../support/chat-fixtures.ts'

const THIRD = { id: 'thirds', color: '#AC8D53' }
const FOURTH = { id: 'fourth', color: '#AC1234' }

/** An app in a room with four people. Two of them have the same colour. */
function inRoom(): AppUnderTest {
  const app = new AppUnderTest()
  app.network(joinedOf(roomOf('r1'), [messageOf(1, 'hi', FOURTH)], [OTHER, ME, THIRD, FOURTH]))
  return app.apply({ type: 'emojiLoaded', names: emojiNames })
}

const labels = (app: AppUnderTest): readonly string[] =>
  shownCompletion(app.state, app.chat)?.items.map(({ label }) => label) ?? []
const textOf = (app: AppUnderTest): string => app.chat.composer.editor.text
const sent = (app: AppUnderTest): readonly string[] =>
  app.effects.flatMap(effect => (effect.type === 'say' ? [effect.text] : []))

describe('what can be completed at the cursor', () => {
  test('is recognised by how it begins', () => {
    const cases: readonly (readonly [string, string | undefined])[] = [
      ['/', 'command '],
      ['/le', 'command le'],
      ['/나', 'command 나'],
      ['//le', undefined],
      ['/gif ', 'file '],
      ['/gif ~/my pics/ca', 'file ~/my pics/ca'],
      ['/지프 x', 'file x'],
      ['/who x', undefined],
      ['hi @', 'person '],
      ['hi @12c', 'person 12c'],
      ['hi @#12c', 'person #12c'],
      ['mail@12c', undefined],
      [':ta', 'emoji ta'],
      ['oh :파', 'emoji 파'],
      [':D', undefined],
      ['12:30', undefined],
      ['http://x', undefined],
      ['::ta', undefined],
    ]
    for (const [text, found] of cases) {
      const query = completionQueryAt(text, text.length)
      assert.equal(query && `${query.kind} ${query.typed}`, found, text)
    }
    assert.equal(completionQueryAt('/leave', 3), undefined, 'not inside of a word')
    assert.equal(completionQueryAt('@12 and', 3)?.kind, 'person')
  })
})

describe('the list at the cursor', () => {
  test('offers commands; Enter completes an unfinished one and runs a complete one', () => {
    const app = inRoom().type('/le')
    assert.deepEqual(labels(app), ['/leave'])
    assert.equal(textOf(app.press('enter')), '/leave')
    assert.equal(app.press('enter').state.screen.name, 'lobby')
    assert.equal(textOf(inRoom().type('/나').press('tab')), '/나가기')
    const whole = inRoom().type('/who').press('enter')
    assert.equal(textOf(whole), '')
  })

  test('does not take an Enter that was meant to send the message', () => {
    const app = inRoom().type('look :ta').press('enter').type('@ac').press('enter')
    assert.deepEqual(sent(app), ['look :ta', '@ac'])
    assert.match(textOf(inRoom().type('look :ta').press('down', 'enter')), /^look \p{RGI_Emoji}$/v)
  })

  test('wraps around with the arrows, and closes on Escape without losing text', () => {
    const app = inRoom().type('@')
    assert.equal(labels(app).length, 3)
    assert.equal(shownCompletion(app.state, app.chat)?.chosen, undefined)
    app.press('up')
    assert.equal(shownCompletion(app.state, app.chat)?.chosen, 2)
    app.press('down')
    assert.equal(shownCompletion(app.state, app.chat)?.chosen, 0)
    app.press('escape').type('a')
    assert.deepEqual(labels(app), [])
    assert.equal(textOf(app), '@a')
    app.press('tab')
    assert.equal(labels(app).length, 3)
    app.press('escape').type(' @')
    assert.equal(labels(app).length, 3, 'the next word has its own list')
  })

  test('stays closed while the cursor moves or sent texts are recalled', () => {
    const app = inRoom().type('/who').press('enter').type('@ac').press('enter')
    app.press('up')
    assert.equal(textOf(app), '@ac')
    assert.deepEqual(labels(app), [])
    app.press('up')
    assert.equal(textOf(app), '/who')
    app.press('down', 'down').type('@ac').press('left', 'right')
    assert.deepEqual(labels(app), [])
  })

  test('names people by colour, and by tag if two share it; the last to write comes first', () => {
    const app = inRoom().type('@')
    assert.deepEqual(labels(app), ['#AC1234', '#AC8D53 othe', '#AC8D53 thir'])
    assert.equal(textOf(app.type('ac8').press('down', 'down', 'tab')), '@thir ')
    assert.equal(textOf(inRoom().type('@four').press('tab')), '@AC1234 ')
  })

  test('offers emoji by their names in two languages, and replaces a complete name at once', () => {
    const names = (typed: string) => emojiCompletions(emojiNames, typed, 5).map(({ emoji }) => emoji)
    assert.equal(names('ta')[0], '🎉')
    assert.equal(names('파티')[0], '🎉')
    assert.ok(names('heart').includes('❤️'))
    assert.equal(textOf(inRoom().type(':ta').press('tab')), '🎉')
    const app = inRoom().type('so :tada:')
    assert.equal(textOf(app), 'so 🎉')
    assert.equal(textOf(app.press('alt+z').type(' ok')), 'so :tada: ok')
    assert.equal(
      textOf(inRoom().type('so :tada: and :파티: at 10:100: or a:tada:')),
      'so 🎉 and 🎉 at 10:100: or a:tada:',
    )
    assert.equal(textOf(inRoom().apply({ type: 'paste', text: 'key :tada: value' })), 'key :tada: value')
  })

  test('replaces names that were typed before the emoji were loaded, once they are', () => {
    const app = AppUnderTest.inRoom().type('so :tada:')
    assert.ok(app.effects.some(({ type }) => type === 'loadEmoji'))
    assert.equal(textOf(app.apply({ type: 'emojiLoaded', names: emojiNames })), 'so 🎉')
  })
})

describe('a path', () => {
  test('is read as a directory and the beginning of a name, and is written back quoted', () => {
    const written = (typed: string, name: string, isDirectory = false) =>
      readFileArgument(typed)?.complete(name, isDirectory)
    assert.equal(written('~/my pics/ca', 'cat.gif'), '~/my pics/cat.gif')
    assert.equal(written('', "it's.gif"), "it\\'s.gif")
    assert.equal(written('"my pics/', 'a "b".gif'), '"my pics/a \\"b\\".gif"')
    assert.equal(written('"my', 'my pics', true), '"my pics/')
    assert.equal(written("'x/", "it's.gif"), undefined)
    assert.equal(readFileArgument('my\\ pi')?.fragment, 'my pi')
    assert.equal(readFileArgument("'my pics/c")?.directory, "'my pics/'")
    assert.equal(readFileArgument("'done.gif'"), undefined)
  })

  const FILES: readonly ListedFile[] = [
    { kind: 'gif', name: '.hidden.gif', bytes: 1 },
    { kind: 'gif', name: 'Cat.gif', bytes: 648_192 },
    { kind: 'gif', name: 'huge.gif', bytes: 18_000_000 },
    { kind: 'directory', name: 'cats' },
  ]

  test('is completed from its directory, which is listed once', () => {
    const app = inRoom().type('/gif ')
    assert.deepEqual(app.effects.at(-1), { type: 'listFiles', room: 'r1', directory: '' })
    assert.deepEqual(labels(app), [])
    assert.equal(textOf(app.press('up', 'down')), '/gif ', 'who is too quick does not get the history')
    app.apply({ type: 'filesListed', room: 'r1', directory: '', files: FILES })
    const items = shownCompletion(app.state, app.chat)?.items
    assert.deepEqual(
      items?.map(({ label, about }) => `${label} ${about}`),
      ['Cat.gif 633 KiB', 'huge.gif 17.2 MiB, over 10.0 MiB', 'cats/ directory'],
    )
    assert.deepEqual(labels(app.type('c')), ['Cat.gif', 'cats/'])
    assert.deepEqual(labels(app.press('backspace').type('.')), ['.hidden.gif'])
    assert.deepEqual(labels(app.press('backspace').type('at')), ['Cat.gif', 'cats/'], 'also inside of a name')
    assert.equal(app.effects.filter(({ type }) => type === 'listFiles').length, 1)
    assert.equal(textOf(app.press('down', 'tab')), '/gif cats/')
    assert.deepEqual(app.effects.at(-1), { type: 'listFiles', room: 'r1', directory: 'cats/' })
    app.apply({ type: 'filesListed', room: 'r1', directory: '', files: FILES })
    assert.deepEqual(labels(app), [], 'what is there no more of is not shown')
  })

  test('for /save is a new one, so Enter takes nothing from the list', () => {
    const app = inRoom()
      .type('/save ca')
      .apply({ type: 'filesListed', room: 'r1', directory: '', files: FILES })
    assert.deepEqual(labels(app), ['Cat.gif', 'cats/'])
    assert.equal(shownCompletion(app.state, app.chat)?.chosen, undefined)
  })

  test('that is incomplete is completed by Enter, and a complete one is posted', () => {
    const app = inRoom()
      .type('/gif ca')
      .apply({ type: 'filesListed', room: 'r1', directory: '', files: FILES })
    assert.equal(textOf(app.press('enter')), '/gif Cat.gif')
    app.press('enter')
    assert.deepEqual(
      app.effects.filter(({ type }) => type === 'postGif'),
      [{ type: 'postGif', room: 'r1', path: 'Cat.gif' }],
    )
  })
})
