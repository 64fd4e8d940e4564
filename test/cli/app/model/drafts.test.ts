import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppUnderTest, joinedOf, roomOf } from '../../../support/chat-fixtures.ts'

describe("a room's composer", () => {
  test('asks before it sends a paste of more than a screenful; any key but Enter continues editing', () => {
    const rows = Array.from({ length: 25 }, (_, index) => `row ${index}`).join('\n')
    const app = AppUnderTest.inRoom().apply({ type: 'paste', text: rows }).press('enter')
    assert.match(app.notice ?? '', /^25 lines, more than this window shows/)
    app.press('escape')
    assert.equal(app.notice, undefined)
    assert.equal(app.chat.composer.editor.text, rows)
    app.press('enter').type('!').press('enter')
    assert.ok(!app.effects.some(({ type }) => type === 'say'))
    app.press('enter')
    assert.deepEqual(app.effects.at(-1), { type: 'say', room: 'r1', text: `${rows}!` })
  })

  test('does not ask about text that was typed by hand, or a paste that fits', () => {
    const app = AppUnderTest.inRoom()
    for (let row = 0; row < 30; row++) app.type('typed').press('alt+enter')
    assert.equal(app.press('enter').effects.at(-1)?.type, 'say')
    app.apply({ type: 'paste', text: 'one\ntwo' }).press('enter')
    assert.deepEqual(app.effects.at(-1), { type: 'say', room: 'r1', text: 'one\ntwo' })
  })

  test('refuses a paste that does not fit, and says so', () => {
    const app = AppUnderTest.inRoom().type('mine')
    app.apply({ type: 'paste', text: 'x'.repeat(21_000) })
    assert.match(app.notice ?? '', /21,000 characters.*nothing was pasted/)
    assert.equal(app.chat.composer.editor.text, 'mine')
  })

  test('keeps a draft while the user is in the lobby, and drops it with the room', () => {
    const app = AppUnderTest.inRoom().type('half a sentence').press('down').type('/leave').press('enter')
    assert.equal(app.state.screen.name, 'lobby')
    app.network(joinedOf(roomOf('r2')))
    assert.equal(app.chat.composer.editor.text, '')
    app.network(joinedOf(roomOf('r1')))
    assert.equal(app.chat.composer.editor.text, 'half a sentence')
    assert.equal(app.press('up').chat.composer.editor.text, '/leave')
    app.press('down', 'down').type('/leave').press('enter')
    app.network({ type: 'removeRoom', room: 'r1' }, joinedOf(roomOf('r1')))
    assert.equal(app.chat.composer.editor.text, '')
  })
})
