import { askCellSize, type TerminalQuery } from './terminal-query.ts'
import type { CellSize } from './terminal-report.ts'

/**
 * Calls `onChange` when the size of a cell changes, for example with the font. Then the window gets
 * either other rows and columns or another size in pixels, so each SIGWINCH asks, one question at a
 * time. Returns the function that stops it.
 */
export function watchTerminalCellSize(
  query: TerminalQuery,
  known: CellSize,
  onChange: (cell: CellSize) => void,
  onWindowChange: (listener: () => void) => () => void,
): () => void {
  let last = known
  let isAsking = false
  let isOutdated = false
  const look = async () => {
    isOutdated = true
    if (isAsking) return
    isAsking = true
    while (isOutdated) {
      isOutdated = false
      const cell = (await askCellSize(query)) ?? last
      if (cell.width !== last.width || cell.height !== last.height) onChange(cell)
      last = cell
    }
    isAsking = false
  }
  return onWindowChange(() => void look())
}
