import { type Row, rowWidth, type Span } from '../../text/row.ts'
import { wrapText } from '../../text/wrap-text.ts'

/** The side on which a person's rows are, marked by a bar in their colour. */
export interface Side {
  readonly isRight: boolean
  readonly color: string
  readonly columns: number
  readonly tone?: 'faint' | 'warning'
}

/** Less than the screen: long rows are hard to read, and the margin shows whose message it is. */
export const messageTextColumns = ({ columns }: Pick<Side, 'columns'>): number =>
  columns < 60 ? columns - 6 : Math.min(100, Math.floor(columns * 0.75))

/** All lines of a message have the same left edge, on the right side too. */
export function sidedLineRows(key: string, lines: readonly (readonly Span[])[], side: Side): readonly Row[] {
  const width = Math.max(...lines.map(rowWidth))
  return lines.map((line, index) => {
    const rest = width - rowWidth(line)
    const spans = side.isRight && rest > 0 ? [...line, { text: ' '.repeat(rest) }] : line
    return { key: `${key}.${index}`, spans: withSideBar(spans, rowWidth(spans), side) }
  })
}

/** A text of the program about a message. */
export const sidedTextRows = (key: string, text: string, side: Side): readonly Row[] =>
  sidedLineRows(
    key,
    wrapText(text, messageTextColumns(side)).map(line => [
      side.tone === undefined ? { text: line } : { text: line, tone: side.tone },
    ]),
    side,
  )

/** Rows of the selected message. Their bar is visible without colour too. */
export function withSelectionBar(rows: readonly Row[], { isRight }: Side): readonly Row[] {
  return rows.map((row, index) => {
    const bar: Span = { text: index > 0 ? '█' : isRight ? '◄' : '►', tone: 'strong' }
    return { ...row, spans: isRight ? [...row.spans.slice(0, -1), bar] : [bar, ...row.spans.slice(1)] }
  })
}

/** Puts spans of `width` cells on a person's side, with the bar. */
export function withSideBar(
  spans: readonly Span[],
  width: number,
  { isRight, color, columns }: Side,
): readonly Span[] {
  if (!isRight) return [{ text: '▎', color }, ...spans]
  return [{ text: ' '.repeat(Math.max(0, columns - width - 1)) }, ...spans, { text: '▕', color }]
}
