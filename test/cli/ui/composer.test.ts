import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS, openTerminal, type Terminal, type TerminalOptions } from '../../support/terminal.ts'

/** The built program in a room that it has just opened. */
async function openRoom(server: { readonly url: string }, options: TerminalOptions = {}): Promise<Terminal> {
  const terminal = await openTerminal({
    args: ['create', 'night train'],
    env: { GIFCHAT_SERVER: server.url },
    ...options,
  })
  await terminal.waitFor('gifchat join')
  return terminal
}

const cursorAt = (x: number, y: number) => (view: Terminal['view']) =>
  view.cursor.x === x && view.cursor.y === y

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  describe(`the composer at ${columns}×${rows}`, () => {
    test('edits whole characters, and the cursor is where the next one will be', async () => {
      await using server = await startTestServer()
      await using terminal = await openRoom(server, { columns, rows })
      const y = rows - 2
      terminal.type('한글 👨‍👩‍👧 é')
      await terminal.waitFor(cursorAt(2 + 4 + 1 + 2 + 1 + 1, y))
      terminal.type(KEYS.left + KEYS.backspace + KEYS.backspace)
      await terminal.waitFor('› 한글 é')
      assert.deepEqual(terminal.cursor, { x: 7, y })
      terminal.type('\x1b_')
      terminal.type('\x1bz\x1bz')
      await terminal.waitFor('› 한글 👨‍👩‍👧 é')
      terminal.type('\x1bZ')
      await terminal.waitFor('› 한글 👨‍👩‍👧é')
      assert.deepEqual(terminal.cursor, { x: 9, y })
      terminal.type('\x01\x1bd\x05\x19')
      await terminal.waitFor('›  👨‍👩‍👧é한글')
      assert.deepEqual(terminal.cursor, { x: 2 + 1 + 2 + 1 + 4, y })
    })

    test('asks before it sends a paste longer than the screen, and takes 4,000 characters', async () => {
      await using server = await startTestServer()
      await using terminal = await openRoom(server, { columns, rows })
      terminal.paste(Array.from({ length: 30 }, (_, index) => `row ${index}`).join('\r'))
      await terminal.waitFor('row 29')
      terminal.type(KEYS.enter)
      await terminal.waitFor('30 lines, more than this window shows')
      terminal.type(KEYS.escape)
      await terminal.waitFor(view => !view.text().join().includes('30 lines'))
      terminal.type(KEYS.enter)
      await terminal.waitFor('30 lines')
      terminal.type(KEYS.enter)
      await terminal.waitFor(view => view.text().some(row => /row 29▕$/.test(row)))
      terminal.paste('가나다라 '.repeat(800))
      await terminal.waitFor('4000/2000')
      terminal.type(KEYS.enter)
      await terminal.waitFor(view =>
        /Enter sends 2 messages/.test(view.text().join(' ').replace(/\s+/g, ' ')),
      )
      terminal.paste('x'.repeat(30_000))
      await terminal.waitFor('30,000 characters')
    })

    test('Ctrl-C clears the text first, and then quits', async () => {
      await using server = await startTestServer()
      await using terminal = await openRoom(server, { columns, rows })
      terminal.type('half a sentence')
      await terminal.waitFor('› half a sentence')
      terminal.type(KEYS.ctrlC)
      await terminal.waitFor('Ctrl-C once more')
      await terminal.waitFor('› Write a message')
      terminal.type('\x19')
      await terminal.waitFor('› half a sentence')
      terminal.type(KEYS.ctrlC)
      await terminal.waitFor('› Write a message')
      terminal.type(KEYS.ctrlC)
      assert.equal(await terminal.exited, 0)
    })
  })
}

describe('the composer', () => {
  test('starts a new line on Shift-Enter where the terminal reports it, and resets the keyboard at the end', async () => {
    await using server = await startTestServer()
    await using terminal = await openRoom(server, { knowsKeyboardProtocol: true })
    await terminal.waitFor(view => view.keyboardFlags.alternate.join() === '1')
    terminal.type(`one${KEYS.shiftEnter}two`)
    await terminal.waitFor(cursorAt(5, 22))
    assert.deepEqual(terminal.screen().slice(21, 23), ['› one', '  two'])
    terminal.type('\x1b[97;5u\x1b[27u\x1b[13u')
    await terminal.waitFor(view => view.text().some(row => /two▕$/.test(row)))
    terminal.type('/quit\r')
    assert.equal(await terminal.exited, 0)
    assert.deepEqual(terminal.view.keyboardFlags, { normal: [], alternate: [] })
    await using stopped = await openRoom(server, { knowsKeyboardProtocol: true })
    await stopped.waitFor(view => view.keyboardFlags.alternate.length === 1)
    stopped.kill('SIGTERM')
    await stopped.exited
    assert.deepEqual(stopped.view.keyboardFlags, { normal: [], alternate: [] })
  })

  test('keeps a draft across the list of rooms, and an unsent text while browsing sent ones', async () => {
    await using server = await startTestServer()
    await using keeper = await openRoom(server)
    await using terminal = await openTerminal({ env: { GIFCHAT_SERVER: server.url } })
    await terminal.waitFor('› night train')
    terminal.type(KEYS.enter)
    await terminal.waitFor('2/10 people')
    terminal.type(`sent${KEYS.enter}`)
    await terminal.waitFor('sent▕')
    terminal.type(`half a ${KEYS.up}`)
    await terminal.waitFor('› sent')
    terminal.type(KEYS.down)
    await terminal.waitFor('› half a')
    terminal.type(KEYS.down)
    await terminal.waitFor('↑ goes back to what you were writing')
    terminal.type(KEYS.ctrlD)
    await terminal.waitFor('You left night train')
    terminal.type(KEYS.enter)
    await terminal.waitFor('› half a')
    assert.deepEqual(terminal.cursor, { x: 9, y: 22 })
    await keeper.waitFor('▎sent')
  })
})
