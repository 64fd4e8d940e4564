import type { EditorState } from '../../text/editor/editor.ts'
import { cutSpans, type Row, type Span } from '../../text/row.ts'
import { boundariesOf, fitToColumns, graphemesOf, screenWidthOf } from '../../text/screen-width.ts'
import type { Environment } from '../model/environment.ts'

/** A text field with its label. */
interface Field {
  readonly key: string
  readonly label: string
  readonly editor: EditorState
  readonly isFocused: boolean
  readonly isMasked: boolean
  /** Shown while the field is empty. */
  readonly hint: string
  readonly problem: string | undefined
}

/** The rows of a field. `cursorX` matters only for the focused one. */
interface FieldLayout {
  readonly rows: readonly Row[]
  readonly cursorX: number
}

/**
 * A field in two rows: label and text, then what is wrong. A long text shows the part at the
 * cursor.
 */
export function layoutFormField(field: Field, labelColumns: number, { size }: Environment): FieldLayout {
  const { editor } = field
  const room = Math.max(4, size.columns - labelColumns - 3)
  const text = field.isMasked ? '•'.repeat(boundariesOf(editor.text).length - 1) : editor.text
  const cursor = field.isMasked ? boundariesOf(editor.text).indexOf(editor.cursor) : editor.cursor
  const first = firstShown(text, cursor, room)
  const shown = graphemesOf(text.slice(first))
    .map(grapheme => grapheme.text)
    .join('')
  const value: Span = editor.text === '' ? { text: field.hint, tone: 'faint' } : { text: shown }
  const label: Span = { text: fitToColumns(`${field.isFocused ? ' › ' : '   '}${field.label}`, labelColumns) }
  // Under the text, or further left if it would be cut there.
  const indent = Math.max(1, Math.min(labelColumns, size.columns - screenWidthOf(field.problem ?? '') - 1))
  const problem: Span = { text: `${' '.repeat(indent)}${field.problem ?? ''}`, tone: 'warning' }
  return {
    rows: [
      {
        key: field.key,
        spans: cutSpans([field.isFocused ? { ...label, tone: 'strong' } : label, value], size.columns - 1),
      },
      { key: `${field.key}!`, spans: cutSpans([problem], size.columns) },
    ],
    cursorX: labelColumns + screenWidthOf(text.slice(first, cursor)),
  }
}

/** The lowest index from which the text up to the cursor fits into `columns`. */
function firstShown(text: string, cursor: number, columns: number): number {
  return boundariesOf(text).find(index => screenWidthOf(text.slice(index, cursor)) <= columns) ?? cursor
}
