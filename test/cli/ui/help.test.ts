import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commandsFor } from '../../../cli/app/model/completion/slash-commands.ts'
import { layoutHelp } from '../../../cli/app/view/help-rows.ts'
import { en } from '../../../cli/i18n/en.ts'
import { ko } from '../../../cli/i18n/ko.ts'
import { AppUnderTest, environmentOf } from '../../support/chat-fixtures.ts'
import { openRoomOnScreen } from '../../support/chat-room.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS, type Terminal } from '../../support/terminal.ts'

/** The keys that the help of a room explains to somebody who does not run the server. */
const KEYS_OF_ROOM = [
  ...commandsFor(false).map(name => en.commands[name].usage),
  ...en.help.chat.map(([keys = '']) => keys),
]

const closed = (terminal: Terminal) => terminal.waitFor('night train')

describe('the help of a room', () => {
  test('fits into 80×24, and the conversation is unchanged afterwards', async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url)
    const { terminal } = there
    await there.say('hello')
    await terminal.waitFor('▎hello')
    const before = terminal.screen()
    terminal.type(`/help${KEYS.enter}`)
    await terminal.waitFor(en.help.close)
    const text = terminal.screen().join('\n')
    for (const keys of KEYS_OF_ROOM)
      assert.ok(text.includes(` ${keys}  `), `${keys} is not to be seen:\n${text}`)
    assert.ok(!terminal.view.isCursorShown)
    terminal.type('x')
    await closed(terminal)
    assert.deepEqual(terminal.screen(), before)
  })

  test('fits into 80×24 in Korean as well', () => {
    const app = AppUnderTest.inRoom([], environmentOf(80, 24, { texts: ko }))
      .type('/도움말')
      .press('enter')
    const { rows, furthest } = layoutHelp(app.state)
    assert.equal(furthest, 0)
    assert.ok(rows.length <= 24)
  })

  test('scrolls at 40×10, and closes with any other key', async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, { columns: 40, rows: 10 })
    const { terminal } = there
    terminal.type(`/help${KEYS.enter}`)
    await terminal.waitFor('In a room')
    assert.match(terminal.screen()[1] ?? '', /^ \/gif <file>/)
    const seen: string[] = []
    while (!terminal.screen().at(-1)?.endsWith('and quit')) {
      seen.push(...terminal.screen())
      const [, first] = terminal.screen()
      terminal.type(KEYS.pageDown)
      await terminal.waitFor(view => view.text()[1] !== first)
    }
    seen.push(...terminal.screen())
    for (const keys of KEYS_OF_ROOM)
      assert.ok(
        seen.some(row => row.startsWith(` ${keys} `)),
        keys,
      )
    assert.ok(
      seen.every(row => !row.includes('…')),
      'no explanation is cut',
    )
    terminal.type(KEYS.home)
    await terminal.waitFor('/gif <file>')
    terminal.type('\x1b[<65;10;5M')
    await terminal.waitFor(view => !view.text().join().includes('/gif <file>'))
    terminal.type(KEYS.enter)
    await closed(terminal)
    terminal.type('typed on')
    await terminal.waitFor('› typed on')
  })

  test('is offered after a question mark is typed, which can be sent all the same', async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url)
    const { terminal, guest } = there
    terminal.type('?')
    await terminal.waitFor(en.help.offer)
    terminal.type(KEYS.tab)
    await terminal.waitFor(en.help.close)
    terminal.type('x')
    await terminal.waitFor('› Write a message')
    terminal.type('?')
    await terminal.waitFor(en.help.offer)
    terminal.type(KEYS.enter)
    await guest.event('chat.chat', ({ message }) => 'text' in message && message.text === '?')
  })
})
