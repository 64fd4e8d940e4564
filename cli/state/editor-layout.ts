import { type EditorState, move } from './editor.ts'
import { boundariesOf, graphemesOf, widthOf } from './screen-width.ts'

/** An editor's text on the screen; `x` and `y` are the cursor's cell, counted from 0. */
export interface EditorLayout {
  readonly rows: readonly EditorRow[]
  readonly x: number
  readonly y: number
}

export interface EditorRow {
  readonly text: string
  /** Where in the editor's text the row begins and ends, as UTF-16 indexes. */
  readonly start: number
  readonly end: number
}

/** Cuts the text at newlines and every `columns` cells; the cursor always has a cell of its own. */
export function layoutEditor({ text, cursor }: EditorState, columns: number): EditorLayout {
  const rows = rowsOf(text, Math.max(2, columns))
  const y = rows.findLastIndex(row => row.start <= cursor)
  const row = rows[Math.max(0, y)]
  const x = row === undefined ? 0 : widthOf(text.slice(row.start, cursor))
  return { rows, x, y: Math.max(0, y) }
}

/** The editor with its cursor one row up (-1) or down (1), or undefined when there is no such row. */
export function moveVertically(
  state: EditorState,
  direction: -1 | 1,
  columns: number,
): EditorState | undefined {
  const { rows, x, y } = layoutEditor(state, columns)
  const row = rows[y + direction]
  if (row === undefined) return undefined
  const source = state.text.slice(row.start, row.end)
  // Where a long line was cut, the place behind the row's last character belongs to the row below.
  const isCut = rows[y + direction + 1]?.start === row.end
  const places = boundariesOf(source).slice(0, isCut ? -1 : undefined)
  const place = places.findLast(index => widthOf(source.slice(0, index)) <= x) ?? 0
  return move(state, row.start + place)
}

/** The last cell of each row stays free, so that a cursor behind the row's end has a place. */
function rowsOf(text: string, columns: number): readonly EditorRow[] {
  const rows: EditorRow[] = []
  let offset = 0
  for (const line of text.split('\n')) {
    let start = 0
    let width = 0
    const boundaries = boundariesOf(line)
    for (let index = 1; index < boundaries.length; index++) {
      const from = boundaries[index - 1] ?? 0
      const graphemeWidth = widthOf(line.slice(from, boundaries[index]))
      if (width + graphemeWidth > columns - 1) {
        rows.push(rowOf(text, offset + start, offset + from))
        start = from
        width = 0
      }
      width += graphemeWidth
    }
    rows.push(rowOf(text, offset + start, offset + line.length))
    offset += line.length + 1
  }
  return rows
}

function rowOf(text: string, start: number, end: number): EditorRow {
  const shown = graphemesOf(text.slice(start, end)).map(grapheme => grapheme.text)
  return { text: shown.join(''), start, end }
}
