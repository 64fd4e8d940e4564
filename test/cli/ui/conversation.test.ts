import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRoomOnScreen } from '../../support/chat-room.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS } from '../../support/terminal.ts'
import { WireClient } from '../../support/wire-client.ts'

const WHEEL_UP = '\x1b[<64;10;5M'

for (const [columns, rows] of [
  [80, 24],
  [40, 12],
] as const) {
  test(`one heading a person and minute, own messages right, arrivals centred, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, { columns, rows })
    const { terminal, room } = there
    const text = () => terminal.screen()
    // In one event, so that no minute can end between the two.
    const minute = () => text().filter(row => /^▎#[0-9A-F]{6}(?: \w{4})? {2}\d\d:\d\d$/.test(row)).length
    await Promise.all([there.say('first line'), there.say('second line')])
    await terminal.waitFor('▎second line')
    assert.equal(minute(), 1)
    terminal.type(`내 차례!${KEYS.enter}`)
    await terminal.waitFor(view => view.text().some(row => /^ +내 차례!▕$/.test(row)))
    assert.equal(terminal.view.find('내 차례!').x, columns - 9)
    await using other = await WireClient.hello(server.url)
    await other.ask({ type: 'chat.join', room }, 'chat.joined')
    await terminal.waitFor('came in')
    const row = text().find(line => line.includes('came in')) ?? ''
    const before = row.length - row.trimStart().length
    assert.ok(Math.abs(columns - row.length - before) <= 1, `"${row}" is not in the middle`)
    await there.say('third line')
    await terminal.waitFor('▎third line')
    assert.equal(minute(), 2)
  })

  test(`scrolling up loads older messages without moving the text, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    const history = Array.from({ length: 120 }, (_, index) => `number ${index + 1}.`)
    await using there = await openRoomOnScreen(server.url, { columns, rows, history })
    const { terminal } = there
    await terminal.waitFor('number 120.')
    // The wheel turns until a message appears that was not loaded at first. The letter typed after
    // it shows that it was handled.
    while (!terminal.screen().includes('▎number 3.')) {
      terminal.type(`${WHEEL_UP.repeat(4)}x`)
      await terminal.waitFor('› x')
      terminal.type(KEYS.backspace)
      await terminal.waitFor('› Write a message')
    }
    terminal.type(KEYS.home)
    await terminal.waitFor('▎number 1.')
    const { y } = terminal.view.find('▎number 3.')
    await there.say('news')
    await terminal.waitFor('1 new ↓')
    assert.equal(terminal.view.find('▎number 3.').y, y)
    terminal.type(KEYS.end)
    await terminal.waitFor('▎news')
  })
}
