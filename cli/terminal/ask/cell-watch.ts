import { askCellSize, type TerminalQuery } from './terminal-query.ts'
import type { CellSize } from './terminal-report.ts'

/**
 * Tells `onChange` when a cell has become larger or smaller, as happens when somebody makes the font so: either the window
 * then has other rows and columns, or another size. Asks with each change of the window, one question at a time; returns the way to stop.
 */
export function watchCellSize(
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
