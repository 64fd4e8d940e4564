import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ChatState } from '../../../cli/app/model/chat-state.ts'
import { chatGeometry } from '../../../cli/app/view/chat-geometry.ts'
import { terminalSafeText } from '../../../cli/terminal/terminal-safe-text.ts'
import { AppOnScreen } from '../../support/app-on-screen.ts'
import { joinedOf, roomOf } from '../../support/chat-fixtures.ts'
import { mixedText } from '../../support/mixed-text.ts'
import { TerminalScreen } from '../../support/terminal-screen.ts'

/** As a tab is shown. */
const TAB = ' '.repeat(4)

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const graphemesIn = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment)

function chatOf(app: AppOnScreen): ChatState {
  const { screen } = app.store.getState()
  if (screen.name !== 'chat') throw new Error(`on the ${screen.name} screen`)
  return screen.chat
}

/** A terminal's row after `text` was written to it, and the column of its cursor. */
async function writtenAlone(
  text: string,
  columns: number,
): Promise<{ readonly text: string; readonly x: number }> {
  const screen = new TerminalScreen(columns, 1)
  await screen.write(text.replaceAll('\t', TAB))
  return { text: screen.text()[0] ?? '', x: screen.cursor.x }
}

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
  [10, 12],
] as const) {
  describe(`whatever is written at ${columns}×${rows}`, () => {
    test('stays in its columns, and the cursor is where the next character goes', async () => {
      await using app = new AppOnScreen({ columns, rows })
      let room = 0
      await fc.assert(
        fc.asyncProperty(mixedText, fc.nat(), async (text, place) => {
          app.client.emit(joinedOf(roomOf(`r${++room}`)))
          app.store.dispatch({ type: 'paste', text: `x${text}\t!` })
          const written = chatOf(app).composer.editor.text
          assert.equal(written, `x${terminalSafeText(text, { multiline: true })}\t!`.normalize('NFC'))
          const graphemes = graphemesIn(written)
          const steps = place % (graphemes.length + 1)
          for (let step = 0; step < steps; step++)
            app.store.dispatch({ type: 'key', key: { type: 'key', key: 'left' } })
          const { editor } = chatOf(app).composer
          assert.equal(editor.cursor, graphemes.slice(0, graphemes.length - steps).join('').length)

          const geometry = chatGeometry(chatOf(app), app.store.getState().environment)
          const row = geometry.editor.rows[geometry.editor.y]
          // A tab is shown as four spaces, wherever it stands.
          const beforeCursor = editor.text.slice(row?.start, editor.cursor).replaceAll('\t', '    ')
          const before = await writtenAlone(beforeCursor, columns)
          const { composerTop, composerRows, composerX } = geometry
          const { firstRow, rows: laidOut, y } = geometry.editor
          const alone = await Promise.all(
            laidOut
              .slice(firstRow, firstRow + composerRows)
              .map(({ text }) => writtenAlone(`  ${text}`, columns).then(written => written.text.slice(2))),
          )
          await app.view.waitFor(view => {
            const shown = view.text().slice(composerTop, composerTop + composerRows)
            return (
              view.cursor.x === composerX + before.x &&
              view.cursor.y === composerTop + y - firstRow &&
              shown.every((line, index) => line.slice(2) === alone[index])
            )
          }, 5_000)
        }),
        { numRuns: 60 },
      )
    })
  })
}
