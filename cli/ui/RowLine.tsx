import { Text } from 'ink'
import { memo, type ReactNode } from 'react'
import type { Row } from '../state/row.ts'
import { placeholderRow } from '../terminal/placeholder.ts'
import { lookOf } from './theme.ts'

interface RowLineProps {
  readonly row: Row
  readonly hasColor: boolean
}

/** One row of the screen, already laid out: one `<Text>`, since Ink's cost is per box. */
export const RowLine = memo(function RowLine({ row, hasColor }: RowLineProps): ReactNode {
  const spans = row.spans.map((span, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row's spans never move, the row as a whole changes
    <Text key={index} {...lookOf(span, hasColor)}>
      {span.text}
    </Text>
  ))
  if (row.picture !== undefined)
    spans.splice(1, 0, <Text key="picture">{placeholderRow(row.picture.picture, row.picture.row)}</Text>)
  return <Text wrap="truncate">{spans.length === 0 ? ' ' : spans}</Text>
})
