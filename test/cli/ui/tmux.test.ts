import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS, openTerminal, shellLine } from '../../support/terminal.ts'

const SIZES = [
  [80, 24],
  [40, 10],
] as const

const isHere = spawnSync('tmux', ['-V']).status === 0

for (const [columns, rows] of isHere ? SIZES : []) {
  describe(`in tmux at ${columns}×${rows}`, () => {
    test('a room is drawn, resized, suspended and redrawn', async () => {
      await using server = await startTestServer()
      await using terminal = await openTerminal({
        // Its own tmux server, which ends with the window. The status line takes one row.
        through: [
          'tmux',
          '-f',
          '/dev/null',
          'new-session',
          'bash --norc',
          ';',
          'set',
          '-g',
          'destroy-unattached',
          'on',
        ],
        columns,
        rows: rows + 1,
        env: { GIFCHAT_SERVER: server.url, PS1: 'ready> ', SHELL: '/bin/sh', TMUX_TMPDIR: '.' },
      })
      await terminal.waitFor('ready>')
      terminal.type(`clear; ${shellLine('create', 'quiet')}\r`)
      await terminal.waitFor('1/10 people')
      terminal.type('한글 hello')
      await terminal.waitFor('› 한글 hello')
      await terminal.waitFor(view => view.cursor.x === 2 + '한글 hello'.length + 2)
      assert.equal(terminal.cursor.y, rows - 2)
      terminal.resize(columns + 7, rows + 4)
      await terminal.waitFor(view => view.text()[rows + 1]?.startsWith('› 한글 hello') ?? false)
      terminal.type(KEYS.ctrlZ)
      await terminal.waitFor('Stopped')
      terminal.type('fg\r')
      await terminal.waitFor(view => view.text()[rows + 1]?.startsWith('› 한글 hello') ?? false)
      assert.ok(!terminal.screen().some(row => row.includes('Stopped')))
      // Emoji that tmux does not know move neither the cursor nor the right edge.
      terminal.type(`\x15a👍🏽b❤️c👩‍🚀d🇰🇷e`)
      await terminal.waitFor(view => /^› a👍.*e$/.test(view.text()[rows + 1] ?? '') && view.cursor.x === 15)
      const { y } = terminal.cursor
      assert.equal(terminal.cell(14, y).text, 'e')
      terminal.type(KEYS.enter)
      await terminal.waitFor(view => view.text().some(row => /a👍.*e▕$/.test(row)))
      const said = terminal.screen().findIndex(row => /a👍.*e▕$/.test(row))
      assert.equal(terminal.cell(columns + 6, said).text, '▕')
      terminal.type(`/quit${KEYS.enter}`)
      await terminal.waitFor('ready>')
      terminal.type('exit\r')
      assert.equal(await terminal.exited, 0)
    })
  })
}
