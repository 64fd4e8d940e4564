import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS, openTerminal, shellLine, type Terminal } from '../../support/terminal.ts'

const SIZES = [
  [80, 24],
  [40, 10],
] as const

/** Resolves when the composer is at its place on a screen of this height. */
const laidOut = (terminal: Terminal, rows: number) =>
  terminal.waitFor(view => view.text()[rows - 2]?.startsWith('› ') ?? false)

describe('resizing', () => {
  test('no frame for the old size is ever drawn into the new window', async () => {
    await using server = await startTestServer()
    await using terminal = await openTerminal({
      args: ['create', 'quiet'],
      env: { GIFCHAT_SERVER: server.url },
    })
    await terminal.waitFor('gifchat join')
    for (const [columns, rows] of [[60, 20], [40, 10], [300, 80], ...SIZES] as const) {
      const frames: string[] = []
      const isLaidOut = terminal.waitFor(view => {
        frames.push(view.text().join('\n'))
        const text = view.text()
        const isHeaded = /^ quiet {2}1\/10 people .*connected/.test(text[0] ?? '')
        return frames.length > 1 && isHeaded && (text[rows - 2]?.startsWith('› Write') ?? false)
      })
      terminal.resize(columns, rows)
      await isLaidOut
      // Everything fits into each of these windows, so only a layout for another one would be cut.
      const isCut = (frame: string) => frame.replace('npx gifchat join …', '').includes('…')
      assert.ok(!frames.some(isCut), `${columns}×${rows}: ${frames.join('\n--\n')}`)
    }
  })
})

describe('Ctrl-Z', () => {
  for (const [columns, rows] of SIZES) {
    test(`gives the terminal to the shell; fg redraws the screen in its new size, from ${columns}×${rows}`, async () => {
      await using server = await startTestServer()
      await using terminal = await openTerminal({
        through: ['bash', '--noprofile', '--norc', '-i'],
        columns,
        rows,
        env: { GIFCHAT_SERVER: server.url, PS1: 'ready> ' },
      })
      await terminal.waitFor('ready>')
      terminal.type(`clear; ${shellLine('create', 'quiet')}\r`)
      await terminal.waitFor('1/10 people')
      terminal.type('half a sentence')
      await terminal.waitFor('› half a sentence')
      terminal.type(KEYS.ctrlZ)
      await terminal.waitFor('Stopped')
      assert.ok(!terminal.view.isAlternate)
      assert.ok(terminal.view.isCursorShown)
      terminal.type('echo $((6*7))\r')
      await terminal.waitFor('42')
      terminal.resize(columns + 9, rows + 5)
      terminal.type('fg\r')
      await terminal.waitFor('› half a sentence')
      await laidOut(terminal, rows + 5)
      assert.ok(terminal.screen()[rows + 2]?.endsWith('─'.repeat(columns + 9)))
      assert.ok(terminal.view.isAlternate)
      assert.ok(!terminal.screen().some(row => row.includes('Stopped')))
      terminal.type(` more`)
      await terminal.waitFor('› half a sentence more')
      assert.equal(terminal.view.cursor.x, 2 + 'half a sentence more'.length)
    })
  }
})
