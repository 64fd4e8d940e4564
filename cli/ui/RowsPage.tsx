import { Box } from 'ink'
import type { ReactNode } from 'react'
import type { Row } from '../text/row.ts'
import { RowLine } from './RowLine.tsx'

interface PageProps {
  readonly rows: readonly Row[]
  readonly height: number
}

/** Rows from the top of a box of `height` rows; rows that do not fit are left out. */
export function RowsPage({ rows, height }: PageProps): ReactNode {
  return (
    <Box flexDirection="column" height={height} flexShrink={0}>
      {rows.slice(0, height).map(row => (
        <RowLine key={row.key} row={row} />
      ))}
    </Box>
  )
}
