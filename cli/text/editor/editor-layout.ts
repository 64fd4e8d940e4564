import { boundariesOf, type Grapheme, graphemeOf, screenWidthOf } from '../screen-width.ts'
import { joinGraphemes, wrapGraphemes } from '../wrap-text.ts'
import { type EditorState, moveCursor } from './editor.ts'

/** An editor's text on the screen. `x` and `y` are the cursor's cell, counted from 0. */
export interface EditorLayout {
  readonly rows: readonly EditorRow[]
  readonly x: number
  readonly y: number
}

interface EditorRow {
  readonly text: string
  /** The start and end of the row in the editor's text, as UTF-16 indexes. */
  readonly start: number
  readonly end: number
}

/** Wraps the text as messages are wrapped, to `columns` cells, with one of them for the cursor. */
export function layoutEditor(
  { text, cursor }: Pick<EditorState, 'text' | 'cursor'>,
  columns: number,
): EditorLayout {
  const rows = rowsOf(text, Math.max(2, columns))
  const y = rows.findLastIndex(row => row.start <= cursor)
  const row = rows[Math.max(0, y)]
  const x = row === undefined ? 0 : screenWidthOf(text.slice(row.start, cursor))
  return { rows, x, y: Math.max(0, y) }
}

/** Moves the cursor one row up (-1) or down (1). Returns undefined if there is no such row. */
export function moveCursorVertically(
  state: EditorState,
  direction: -1 | 1,
  columns: number,
): EditorState | undefined {
  const { rows, x, y } = layoutEditor(state, columns)
  const row = rows[y + direction]
  if (row === undefined) return undefined
  const goalX = state.goalX ?? x
  const source = state.text.slice(row.start, row.end)
  // If a long line was wrapped here, the position after its last character is in the next row.
  const isCut = rows[y + direction + 1]?.start === row.end
  const places = boundariesOf(source).slice(0, isCut ? -1 : undefined)
  const place = places.findLast(index => screenWidthOf(source.slice(0, index)) <= goalX) ?? 0
  return { ...moveCursor(state, row.start + place), goalX }
}

let lastRows: { readonly text: string; readonly columns: number; readonly rows: readonly EditorRow[] } = {
  text: '',
  columns: 0,
  rows: [],
}

/** The last rows are kept, because a key press and each redraw after it need the same ones. */
function rowsOf(text: string, columns: number): readonly EditorRow[] {
  if (text !== lastRows.text || columns !== lastRows.columns)
    lastRows = { text, columns, rows: cutRows(text, columns) }
  return lastRows.rows
}

const INVISIBLE: Grapheme = { text: '', width: 0 }

/**
 * The last cell of each row stays free, so that the cursor fits after the row's end. A space may
 * stand there. The cursor behind it is in the next row, where a word would begin.
 */
function cutRows(text: string, columns: number): readonly EditorRow[] {
  const rows: EditorRow[] = []
  let offset = 0
  for (const line of text.split('\n')) {
    const boundaries = boundariesOf(line)
    const graphemes = boundaries
      .slice(1)
      .map((end, index) => graphemeOf(line.slice(boundaries[index], end)) ?? INVISIBLE)
    const starts = wrapGraphemes(graphemes, columns - 1, 1)
    for (const [row, start] of starts.entries()) {
      const end = starts[row + 1] ?? graphemes.length
      const shown = joinGraphemes(graphemes, start, end)
      const isHanging = screenWidthOf(shown) >= columns && shown.endsWith(' ')
      rows.push({
        text: isHanging ? shown.slice(0, -1) : shown,
        start: offset + (boundaries[start] ?? 0),
        end: offset + (boundaries[end] ?? line.length),
      })
      const isLast = starts[row + 1] === undefined
      if (isHanging && isLast) rows.push({ text: '', start: offset + line.length, end: offset + line.length })
    }
    offset += line.length + 1
  }
  return rows
}
