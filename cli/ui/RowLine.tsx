import { Text } from 'ink'
import { memo, type ReactNode, useContext } from 'react'
import { placeholderRow } from '../terminal/draw/placeholder.ts'
import { hyperlinkSequence } from '../terminal/hyperlink.ts'
import type { Row } from '../text/row.ts'
import { DrawableContext, ThemeContext } from './theme.ts'

interface RowLineProps {
  readonly row: Row
}

/** One row of the screen as one `<Text>`, since Ink's cost is per box. */
export const RowLine = memo(function RowLine({ row }: RowLineProps): ReactNode {
  const theme = useContext(ThemeContext)
  const drawable = useContext(DrawableContext)
  const spans = row.spans.map((span, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: spans never move within a row
    <Text key={index} {...theme(span)}>
      {span.link === undefined
        ? drawable(span.text)
        : hyperlinkSequence(drawable(span.text), span.link.target, span.link.id)}
    </Text>
  ))
  if (row.picture !== undefined)
    spans.splice(1, 0, <Text key="picture">{placeholderRow(row.picture.picture, row.picture.row)}</Text>)
  return <Text wrap="truncate">{spans.length === 0 ? ' ' : spans}</Text>
})
