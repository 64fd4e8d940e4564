import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal } from '../../support/terminal.ts'
import type { TerminalScreen } from '../../support/terminal-screen.ts'

const FILES = {
  'cat.gif': 'x'.repeat(648_192),
  'huge.gif': 'x'.repeat(12_000_000),
  'my pics/dog.gif': 'x',
  'notes.txt': '',
  '.secret/x': '',
}

const composerIs = (text: string, rows: number) => (view: TerminalScreen) =>
  view.text()[rows - 2] === `› ${text}`

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  describe(`the list at the cursor, at ${columns}×${rows}`, () => {
    test('covers the conversation without moving it, and leaves the cursor where one types', async () => {
      await using server = await startTestServer()
      await using terminal = await openTerminal({
        args: ['create', 'night train'],
        columns,
        rows,
        files: FILES,
        env: { GIFCHAT_SERVER: server.url },
      })
      await terminal.waitFor('gifchat join')
      await using other = await RecordedClient.connect({ server: server.url })
      const [room] = await other.client.listRooms()
      await other.client.join(room?.id ?? '')
      await other.client.send(room?.id ?? '', 'anyone here?').acked
      await terminal.waitFor('anyone here?')
      const before = terminal.screen()
      const color = terminal.cellOf('▎anyone').foreground
      const lowest = rows >= 14 ? rows - 4 : rows - 3

      terminal.type('/')
      await terminal.waitFor('/gif <file>')
      assert.deepEqual(terminal.cursor, { x: 3, y: rows - 2 })
      // A guest's ten commands below a line. In a low window a few, with a sign of more.
      const most = rows >= 14 ? 11 : 3
      assert.deepEqual(terminal.screen().slice(0, lowest - most), before.slice(0, lowest - most))
      assert.match(terminal.screen()[lowest] ?? '', rows >= 14 ? /^ \/quit / : /^↓\/save /)
      if (rows >= 14) assert.equal(terminal.screen()[lowest - 10], '─'.repeat(columns))
      terminal.type(KEYS.escape)
      await terminal.waitFor('anyone here?')
      assert.deepEqual(terminal.screen().slice(0, rows - 2), before.slice(0, rows - 2))

      terminal.type(`${KEYS.backspace}/나`)
      await terminal.waitFor(view => /^ \/나가기 {2}back to the list/.test(view.text()[lowest] ?? ''))
      assert.ok(terminal.cellOf('back to').isInverse)
      terminal.type(`${KEYS.tab}\x15@`)
      await terminal.waitFor(view => view.text()[lowest]?.startsWith(' ■ #') === true)
      assert.equal(terminal.cell(1, lowest).foreground, color)
      terminal.type(KEYS.tab)
      const { color: hex = '', id = '' } = other.client.user ?? {}
      // The tag stands there if the two of them look alike.
      const byColor = composerIs(`@${hex.slice(1)}`, rows)
      const byTag = composerIs(`@${id.slice(0, 4)}`, rows)
      await terminal.waitFor(view => byColor(view) || byTag(view))
      assert.deepEqual(terminal.cursor, { x: byColor(terminal.view) ? 10 : 8, y: rows - 2 })

      terminal.type('\x15한글 :ta')
      await terminal.waitFor('🎉 :tada:')
      assert.deepEqual(terminal.cursor, { x: 10, y: rows - 2 })
      terminal.type(KEYS.down)
      await terminal.waitFor(view => view.cellOf(':tada:').isInverse)
      terminal.type(KEYS.enter)
      await terminal.waitFor(composerIs('한글 🎉', rows))
      assert.deepEqual(terminal.cursor, { x: 9, y: rows - 2 })
      terminal.type(' :party_popper:')
      await terminal.waitFor(composerIs('한글 🎉 🎉', rows))
      assert.deepEqual(terminal.cursor, { x: 12, y: rows - 2 })
    })

    test('completes a path through directories to a file, shows sizes, and posts nothing by itself', async () => {
      await using server = await startTestServer()
      await using terminal = await openTerminal({
        args: ['create', 'night train'],
        columns,
        rows,
        files: FILES,
        env: { GIFCHAT_SERVER: server.url },
      })
      await terminal.waitFor('gifchat join')
      terminal.type('/gi')
      await terminal.waitFor('/gif <file>')
      terminal.type(KEYS.tab)
      await terminal.waitFor(view =>
        /^ cat\.gif +633 KiB/.test(view.text().find(row => row.includes('cat.gif')) ?? ''),
      )
      const shown = terminal.screen().join('\n')
      assert.match(shown, /huge\.gif +11\.4 MiB, over 10\.0 MiB/)
      assert.notEqual(terminal.cellOf('11.4 MiB').foreground, terminal.cellOf('633 KiB').foreground)
      assert.match(shown, /my pics\/ +directory/)
      assert.doesNotMatch(shown, /notes|secret/)
      terminal.type('my')
      await terminal.waitFor(view => !view.text().join().includes('cat.gif'))
      terminal.type(KEYS.enter)
      await terminal.waitFor(composerIs('/gif my pics/', rows))
      await terminal.waitFor('dog.gif')
      terminal.type(KEYS.tab)
      await terminal.waitFor(composerIs('/gif my pics/dog.gif', rows))
      assert.deepEqual(terminal.cursor, { x: 22, y: rows - 2 })
      terminal.type(KEYS.enter)
      await terminal.waitFor('not a GIF')
      await terminal.waitFor('› /gif my pics/dog.gif')
      terminal.type('\x15/gif .')
      await terminal.waitFor('.secret/')
    })
  })
}
