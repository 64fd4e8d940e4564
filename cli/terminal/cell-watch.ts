import { askCellSize, type TerminalQuery } from './terminal-query.ts'
import type { CellSize } from './terminal-report.ts'

interface WatchedTerminal extends TerminalQuery {
  readonly output: TerminalQuery['output'] & Pick<NodeJS.EventEmitter, 'on' | 'off'>
}

/**
 * Tells `onChange` when a cell has become larger or smaller, as happens when somebody makes the font so: the window then
 * has other rows and columns. Asks with each resize, one question at a time; returns the way to stop.
 */
export function watchCellSize(
  query: WatchedTerminal,
  known: CellSize,
  onChange: (cell: CellSize) => void,
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
  const onResize = () => void look()
  query.output.on('resize', onResize)
  return () => query.output.off('resize', onResize)
}
