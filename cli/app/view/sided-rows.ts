import { type Row, rowWidth, type Span } from '../../text/row.ts'
import { wrapText } from '../../text/wrap-text.ts'

/** On which side a person's rows stand, marked by a bar in their colour. */
export interface Side {
  readonly isRight: boolean
  readonly color: string
  readonly columns: number
  readonly tone?: 'faint' | 'warning'
}

/** A row as long as the screen is hard to read, and one that leaves a margin shows whose it is. */
export const textColumns = ({ columns }: Pick<Side, 'columns'>): number =>
  columns < 60 ? columns - 6 : Math.min(100, Math.floor(columns * 0.75))

/** Lines of one message keep one left edge on either side, so that they read as one block. */
export function lineRows(key: string, lines: readonly (readonly Span[])[], side: Side): readonly Row[] {
  const width = Math.max(...lines.map(rowWidth))
  return lines.map((line, index) => {
    const rest = width - rowWidth(line)
    const spans = side.isRight && rest > 0 ? [...line, { text: ' '.repeat(rest) }] : line
    return { key: `${key}.${index}`, spans: sided(spans, rowWidth(spans), side) }
  })
}

/** A text of ours about a message. */
export const textRows = (key: string, text: string, side: Side): readonly Row[] =>
  lineRows(
    key,
    wrapText(text, textColumns(side)).map(line => [
      side.tone === undefined ? { text: line } : { text: line, tone: side.tone },
    ]),
    side,
  )

/** The same rows with a bar that is seen without colour too. */
export function marked(rows: readonly Row[], { isRight }: Side): readonly Row[] {
  return rows.map((row, index) => {
    const bar: Span = { text: index > 0 ? '█' : isRight ? '◄' : '►', tone: 'strong' }
    return { ...row, spans: isRight ? [...row.spans.slice(0, -1), bar] : [bar, ...row.spans.slice(1)] }
  })
}

/** Spans that are `width` cells wide on a person's side. */
export function sided(
  spans: readonly Span[],
  width: number,
  { isRight, color, columns }: Side,
): readonly Span[] {
  if (!isRight) return [{ text: '▎', color }, ...spans]
  return [{ text: ' '.repeat(Math.max(0, columns - width - 1)) }, ...spans, { text: '▕', color }]
}
