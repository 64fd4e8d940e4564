import type { PictureDepth } from '../terminal/color-depth.ts'
import type { GraphicsLevel } from '../terminal/graphics.ts'
import type { TerminalReport } from '../terminal/terminal-report.ts'
import type { Uplink } from '../terminal/uplink.ts'
import { CellPainter } from './cell-painter.ts'
import type { FrameFormat } from './frame-format.ts'
import { KittyFramesPainter } from './kitty-frames-painter.ts'
import { KittyPainter } from './kitty-painter.ts'
import type { Painter } from './painter.ts'

export interface PainterOptions {
  readonly report: TerminalReport
  /** Colours of half blocks where the level itself does not say. */
  readonly depth: PictureDepth
  /** Milliseconds that a frame is shown at least. */
  readonly shortestMs: number
  readonly uplink: Uplink
  /** An id that no picture has. */
  readonly newId: () => number
}

/** What is sent of one GIF at most; a larger one gets fewer frames, then a smaller picture. */
const UPLOAD_BYTES = 4 * 1024 * 1024

/** Pixels of a cell where the terminal does not say: any of that shape will do, since the terminal scales. */
const USUAL_CELL = { width: 10, height: 20 }

/** Makes what draws pictures at a level. */
export function createPainter(level: Exclude<GraphicsLevel, 'text'>, options: PainterOptions): Painter {
  const { report, shortestMs, uplink, newId } = options
  const images: FrameFormat = {
    type: 'images',
    cell: report.cell ?? USUAL_CELL,
    shortestMs,
    maxBytes: UPLOAD_BYTES,
  }
  switch (level) {
    case 'kitty':
      return new KittyPainter(images, uplink)
    case 'kitty-frames':
      return new KittyFramesPainter(images, uplink, newId)
    case 'truecolor':
    case '256':
    case '16':
      return new CellPainter(level, report.cell)
    default:
      return level satisfies never
  }
}
