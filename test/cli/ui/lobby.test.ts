import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal, type Terminal } from '../../support/terminal.ts'

const SIZES = [
  [80, 24],
  [40, 10],
] as const

/** The row of the chosen room. */
const chosen = (terminal: Terminal) =>
  terminal.screen().find(row => row.startsWith('› ')) ?? 'no room is chosen'

for (const [columns, rows] of SIZES) {
  describe(`the list of rooms at ${columns}×${rows}`, () => {
    test('is live, keeps its room chosen, and finds rooms by typing', async () => {
      await using server = await startTestServer()
      await using other = await RecordedClient.connect({ server: server.url })
      const open = async (title: string) => {
        const room = await other.client.createRoom({ title, max: 5 })
        await other.client.join(room.id)
        return room
      }
      await using terminal = await openTerminal({ columns, rows, env: { GIFCHAT_SERVER: server.url } })
      await terminal.waitFor('Nobody is here yet.')
      await open('first')
      await terminal.waitFor(() => /^› first +1\/5 +public/.test(chosen(terminal)))
      const second = await open('second')
      await terminal.waitFor('2 open')
      assert.match(chosen(terminal), /^› first/)
      terminal.type('k')
      await terminal.waitFor(() => /^› second/.test(chosen(terminal)))
      await open('third')
      await terminal.waitFor('3 open')
      assert.match(chosen(terminal), /^› second/)
      await other.client.leave(second.id)
      await terminal.waitFor('2 open')
      assert.match(chosen(terminal), /^› first/)
      terminal.type('fir')
      await terminal.waitFor('1 of 2')
      assert.deepEqual(terminal.cursor, { x: ' Filter: fir'.length, y: rows - 1 })
      terminal.type(KEYS.escape)
      await terminal.waitFor('2 open')
      terminal.type('?')
      const isScrolled = rows < 14
      await terminal.waitFor(isScrolled ? 'Esc closes' : 'any key closes this')
      assert.match(terminal.screen().join('\n'), /filter by title[\s\S]*to the shell; fg returns/)
      if (isScrolled) terminal.type(KEYS.pageDown)
      await terminal.waitFor(view => view.text().some(row => /^ \S.* {2}quit$/.test(row)))
      terminal.type(isScrolled ? KEYS.escape : 'x')
      await terminal.waitFor('2 open')
      terminal.type(`fir${KEYS.enter}`)
      await terminal.waitFor('2/5 people')
      terminal.type(KEYS.ctrlD)
      await terminal.waitFor('2 open')
      assert.match(chosen(terminal), /^› first/)
      terminal.type('n')
      await terminal.waitFor('Open a room')
    })

    test('says that a room is full or private before it asks for a password, and stays in the prompt', async () => {
      await using server = await startTestServer()
      await using other = await RecordedClient.connect({ server: server.url })
      const room = await other.client.createRoom({ title: 'night train', max: 5, password: 'secret' })
      await other.client.join(room.id, { password: 'secret' })
      await using second = await RecordedClient.connect({ server: server.url })
      const full = await other.client.createRoom({ title: 'for two', max: 2, password: 'secret' })
      for (const { client } of [other, second]) await client.join(full.id, { password: 'secret' })
      await using terminal = await openTerminal({ columns, rows, env: { GIFCHAT_SERVER: server.url } })
      await terminal.waitFor(() => /^› for two +2\/2 +private/.test(chosen(terminal)))
      terminal.type(KEYS.enter)
      await terminal.waitFor('This room is full')
      terminal.type(`${KEYS.down}${KEYS.enter}`)
      await terminal.waitFor('"night train" is private')
      terminal.type(`wrong${KEYS.enter}`)
      await terminal.waitFor('That is not the password.')
      await terminal.waitFor('Next try in')
      terminal.type(`secret${KEYS.enter}`)
      await terminal.waitFor('2/5 people')
    })

    test('opens a room with a form that checks while one types and always shows its keys', async () => {
      await using server = await startTestServer()
      await using terminal = await openTerminal({ columns, rows, env: { GIFCHAT_SERVER: server.url } })
      await terminal.waitFor('Nobody is here yet.')
      assert.match(terminal.screen().join(' '), /You are #\w{6} here;.*vanish/)
      terminal.type('n')
      await terminal.waitFor('Open a room')
      assert.match(terminal.screen()[rows - 1] ?? '', /Enter open · Tab next/)
      terminal.type(` ${KEYS.tab}`)
      await terminal.waitFor('A room needs a title.')
      // Typing replaces the suggested title.
      terminal.type(`${KEYS.up}\x1b[200~새 방\x1b[201~${KEYS.tab}5${KEYS.tab}secret`)
      await terminal.waitFor('••••••')
      terminal.type('\x14')
      await terminal.waitFor('secret')
      terminal.type(KEYS.enter)
      await terminal.waitFor(' 새 방  1/5 people')
    })
  })
}
