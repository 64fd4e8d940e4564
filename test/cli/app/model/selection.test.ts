import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { selectedMessage } from '../../../../cli/app/model/selection.ts'
import { isGifPlaying } from '../../../../cli/app/model/shown-gifs.ts'
import { chatBlockContext, chatGeometry } from '../../../../cli/app/view/chat-geometry.ts'
import { layoutChatViewport } from '../../../../cli/app/view/chat-layout.ts'
import { chatStatusRows } from '../../../../cli/app/view/chat-rows.ts'
import { readDisplaySettings } from '../../../../cli/commands/shell/read-display-settings.ts'
import type { ChatMessage } from '../../../../protocol/model.ts'
import {
  AppUnderTest,
  environmentOf,
  GIF,
  gifMessageOf,
  ME,
  messageOf,
  NOON,
  OTHER,
} from '../../../support/chat-fixtures.ts'

const ROWS = 12

const roomWith = (messages: readonly ChatMessage[]): AppUnderTest =>
  AppUnderTest.inRoom(messages, environmentOf(60, ROWS))

/** The visible rows of the conversation. */
function seen(app: AppUnderTest): readonly string[] {
  const { environment } = app.state
  const { listRows } = chatGeometry(app.chat, environment)
  return layoutChatViewport(app.chat, chatBlockContext(app.chat, environment), listRows).rows.map(row =>
    row.spans.map(span => span.text).join(''),
  )
}

const hint = (app: AppUnderTest): string =>
  chatStatusRows(app.state, app.chat, chatGeometry(app.chat, app.state.environment))
    .flatMap(row => row.spans.map(span => span.text))
    .join('')

const selected = (app: AppUnderTest): number | undefined => selectedMessage(app.chat)?.seq

/** One message per minute, so that each has its own heading. */
const conversation = (count: number): readonly ChatMessage[] =>
  Array.from({ length: count }, (_, index) =>
    messageOf(index + 1, `said ${index + 1}`, index % 2 === 0 ? OTHER : ME, NOON + index * 60_000),
  )

describe('selecting a message', () => {
  test('starts at the newest, moves up and down, and ends below the newest', () => {
    const app = roomWith(conversation(3))
    assert.equal(app.press('alt+down').chat.selection, undefined)
    assert.equal(selected(app.press('alt+up')), 3)
    assert.equal(selected(app.press('up')), 2)
    assert.equal(selected(app.press('shift+up', 'alt+up')), 1)
    assert.equal(selected(app.press('down', 'alt+down')), 3)
    assert.equal(app.press('down').chat.selection, undefined)
    assert.equal(app.chat.scroll, 'end')
  })

  test('skips entries that are not messages', () => {
    const app = roomWith(conversation(2))
    app.network({ type: 'join', room: 'r1', users: [{ id: 'third', color: '#AA00AA' }], people: 3 })
    app.network({ type: 'message', room: 'r1', message: messageOf(3, 'hello') })
    assert.deepEqual(
      [selected(app.press('alt+up')), selected(app.press('up')), selected(app.press('down'))],
      [3, 2, 3],
    )
  })

  test('starts at the lowest visible message when the reader has scrolled up', () => {
    const app = roomWith(conversation(40)).press('pageUp', 'pageUp', 'alt+up')
    const lowest = seen(app).findLast(row => row.includes('said'))
    assert.match(lowest ?? '', new RegExp(`said ${selected(app)}(?!\\d)`))
  })

  test('is visible without colour, on the side of the message', () => {
    const app = roomWith([messageOf(1, 'one\ntwo', OTHER), messageOf(2, 'mine', ME)])
    app.press('alt+up')
    assert.ok(seen(app).some(row => /^ +mine◄$/.test(row)))
    app.press('up')
    assert.deepEqual(
      seen(app)
        .filter(row => /one$|two$|mine▕/.test(row))
        .map(row => row.trim()),
      ['►one', '█two', 'mine▕'],
    )
  })

  test('keeps the whole message in view, and loads older messages at the top', () => {
    const app = AppUnderTest.inRoom(conversation(60).slice(20), environmentOf(60, ROWS))
    for (let step = 0; step < 40; step++) {
      app.press('alt+up')
      assert.ok(
        seen(app).some(row => /[►◄]/.test(row)),
        `after ${step + 1} steps`,
      )
    }
    assert.equal(selected(app), 21)
    assert.deepEqual(
      app.effects.filter(({ type }) => type === 'loadOlder'),
      [{ type: 'loadOlder', room: 'r1', beforeSeq: 21 }],
    )
    for (let step = 0; step < 39; step++) {
      app.press('down')
      assert.ok(
        seen(app).some(row => /[►◄]/.test(row)),
        `after ${step + 1} steps down`,
      )
    }
    assert.equal(selected(app), 60)
  })

  test('keeps the conversation still while others write, and follows it again afterwards', () => {
    const app = roomWith(conversation(20)).press('alt+up')
    const before = seen(app)
    for (const seq of [21, 22, 23])
      app.network({ type: 'message', room: 'r1', message: messageOf(seq, 'new') })
    assert.deepEqual(seen(app), before)
    assert.match(hint(app), /3 new/)
    assert.equal(app.press('escape').chat.selection, undefined)
    assert.equal(app.press('escape').chat.scroll, 'end')
    const still = roomWith(conversation(20)).press('alt+up', 'escape')
    assert.equal(still.chat.scroll, 'end')
  })

  test('ends on Enter and on typed text, which is not lost', () => {
    const app = roomWith(conversation(2)).press('alt+up', 'enter')
    assert.equal(app.chat.selection, undefined)
    app.press('alt+up').type('hello')
    assert.equal(app.chat.selection, undefined)
    assert.equal(app.chat.composer.editor.text, 'hello')
    assert.equal(app.press('enter').effects.at(-1)?.type, 'say')
  })

  test('stays while other things happen in the room', () => {
    const app = roomWith(conversation(2)).press('alt+up')
    app.network({ type: 'exit', room: 'r1', users: [OTHER], people: 1 }).apply({ type: 'tick' })
    assert.equal(selected(app), 2)
    assert.match(hint(app), /↑↓ choose/)
  })
})

describe('Space on a selected GIF', () => {
  const playing = (app: AppUnderTest) => isGifPlaying(app.chat, app.state.environment.display, GIF.id)

  test('stops it and plays it again, and says so', () => {
    const app = roomWith([messageOf(1, 'look'), gifMessageOf(2)])
    app.apply({
      type: 'gifReady',
      room: 'r1',
      gif: GIF.id,
      picture: { id: 7, columns: 4, rows: 2 },
      box: { columns: 40, rows: 5 },
    })
    assert.ok(playing(app))
    assert.match(hint(app.press('alt+up')), /Space pause/)
    app.type(' ')
    assert.ok(!playing(app))
    assert.match(hint(app), /Space play/)
    assert.ok(seen(app).some(row => row.includes('cat.gif · paused')))
    app.type(' ').press('escape')
    assert.ok(playing(app))
    assert.ok(!seen(app).some(row => row.includes('paused')))
  })

  test('is not offered for a line of text in place of a picture, or for a still picture', () => {
    const line = roomWith([gifMessageOf(1)]).press('alt+up')
    assert.match(hint(line), /s save · o open/)
    assert.doesNotMatch(hint(line), /Space/)
    const still = { ...GIF, frames: 1 }
    const app = roomWith([{ ...gifMessageOf(1), gif: still }]).press('alt+up')
    const [picture, box] = [
      { id: 7, columns: 4, rows: 2 },
      { columns: 40, rows: 5 },
    ]
    app.apply({ type: 'gifReady', room: 'r1', gif: GIF.id, picture, box })
    assert.doesNotMatch(hint(app), /Space/)
  })

  test('plays it if GIFs do not play by themselves', () => {
    const app = AppUnderTest.inRoom(
      [gifMessageOf(1)],
      environmentOf(60, ROWS, { display: readDisplaySettings({ animation: false }, {}) }),
    )
    assert.ok(!playing(app))
    assert.ok(playing(app.press('alt+up').type(' ')))
  })

  test('types a space without a selection, and is refused on a message without a GIF', () => {
    const app = roomWith([gifMessageOf(1)]).type(' ')
    assert.ok(playing(app))
    assert.equal(app.chat.composer.editor.text, ' ')
    const text = roomWith(conversation(1)).press('alt+up').type(' ')
    assert.equal(text.notice, 'That message is not a GIF.')
    assert.equal(text.chat.composer.editor.text, '')
  })
})

test('scrolling tells the stage, so that no GIF moves meanwhile', () => {
  const app = AppUnderTest.inRoom([messageOf(1, 'hello')], environmentOf(60, ROWS))
  app.press('pageUp', 'pageDown', 'alt+up')
  assert.deepEqual(app.effects.filter(({ type }) => type === 'scrolled').length, 3)
})
