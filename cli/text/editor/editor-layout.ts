import { boundariesOf, graphemeOf, screenWidthOf } from '../screen-width.ts'
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

/** Breaks the text at newlines and wraps it to `columns` cells, with a cell for the cursor. */
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

/** The last cell of each row stays free, so that the cursor fits after the row's end. */
function cutRows(text: string, columns: number): readonly EditorRow[] {
  const rows: EditorRow[] = []
  let offset = 0
  for (const line of text.split('\n')) {
    let start = 0
    let width = 0
    let shown = ''
    const boundaries = boundariesOf(line)
    for (let index = 1; index < boundaries.length; index++) {
      const from = boundaries[index - 1] ?? 0
      const grapheme = graphemeOf(line.slice(from, boundaries[index]))
      if (grapheme === undefined) continue
      if (width + grapheme.width > columns - 1) {
        rows.push({ text: shown, start: offset + start, end: offset + from })
        start = from
        width = 0
        shown = ''
      }
      width += grapheme.width
      shown += grapheme.text
    }
    rows.push({ text: shown, start: offset + start, end: offset + line.length })
    offset += line.length + 1
  }
  return rows
}
