import { screenWidthOf } from '../../text/screen-width.ts'
import { wrapText } from '../../text/wrap-text.ts'

/** Below this, a terminal is too narrow to indent what is wrapped. */
const NARROW_COLUMNS = 30

/** What is written to: `columns` is known of a terminal alone. */
type Output = NodeJS.WritableStream & { readonly columns?: number | undefined }

/**
 * The lines of a text, broken at spaces where `output` is a terminal that would break them inside
 * words. What goes on is indented by `indent` cells. Nothing changes elsewhere, for searches.
 */
export function terminalLines(text: string, output: Output, indent = 0): string {
  const { columns } = output
  if (!columns) return text
  const lines = text.split('\n')
  return lines
    .map(line => (screenWidthOf(line) <= columns ? line : wrapLine(line, columns, indent)))
    .join('\n')
}

/** A description of `--help` beside its term, or beneath it where there is little space. */
export function helpItem(term: string, termColumns: number, description: string, columns: number): string {
  if (description === '') return `  ${term}`
  const beside = columns - termColumns - 4
  const isBeside = beside >= NARROW_COLUMNS
  const indent = isBeside ? termColumns + 4 : Math.min(6, columns - 2)
  const rows = wrapText(description, columns - indent)
  const padding = isBeside ? ' '.repeat(termColumns - screenWidthOf(term) + 2) : `\n${' '.repeat(indent)}`
  return `  ${term}${padding}${rows.join(`\n${' '.repeat(indent)}`)}`
}

function wrapLine(line: string, columns: number, indent: number): string {
  const hanging = columns < NARROW_COLUMNS ? 0 : indent
  // The first row is as wide as the others, which costs a few cells and keeps the rows even.
  return wrapText(line, columns - hanging).join(`\n${' '.repeat(hanging)}`)
}
