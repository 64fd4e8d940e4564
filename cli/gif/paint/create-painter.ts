import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import type { GraphicsLevel } from '../../terminal/ask/graphics.ts'
import type { TerminalReport } from '../../terminal/ask/terminal-report.ts'
import type { Uplink } from '../../terminal/draw/uplink.ts'
import type { FrameFormat } from '../decode/frame-format.ts'
import { CellPainter } from './cell-painter.ts'
import { FileOverlay } from './file-overlay.ts'
import { KittyFramesPainter } from './kitty-frames-painter.ts'
import { KittyPainter } from './kitty-painter.ts'
import { OverlayPainter } from './overlay-painter.ts'
import type { Painter } from './painter.ts'
import { SixelOverlay } from './sixel-overlay.ts'

export interface PainterOptions {
  readonly report: TerminalReport
  /** Colours of half blocks where the level itself does not say. */
  readonly depth: PictureDepth
  /** Milliseconds that a frame is shown at least. */
  readonly shortestMs: number
  /** Whether the terminal is at the other end of a network. */
  readonly isRemote: boolean
  /** Whether a terminal that plays GIFs at their own pace may do so. */
  readonly isAtFullPace: boolean
  readonly uplink: Uplink
  readonly rowsOnScreen: () => number
  /** An id that no picture has. */
  readonly newId: () => number
}

/** What is sent of one GIF at most, to a terminal here and across a network; a larger one gets fewer frames, then a smaller picture. */
const UPLOAD_BYTES = 4 * 1024 * 1024
const REMOTE_UPLOAD_BYTES = 1024 * 1024

/** Milliseconds that a sixel image is shown at least, and bytes of them that are kept of one GIF. */
const SIXEL_MS = 200
const SIXEL_BYTES = 16 * 1024 * 1024

/** Pixels of a cell where the terminal does not say: any of that shape will do, since the terminal scales. */
const USUAL_CELL = { width: 10, height: 20 }

/** Makes what draws pictures at a level. */
export function createPainter(level: Exclude<GraphicsLevel, 'text'>, options: PainterOptions): Painter {
  const { report, shortestMs, uplink, newId, depth, isAtFullPace, rowsOnScreen } = options
  const uploadBytes = options.isRemote ? REMOTE_UPLOAD_BYTES : UPLOAD_BYTES
  const images: FrameFormat = {
    type: 'images',
    cell: report.cell ?? USUAL_CELL,
    shortestMs,
    maxBytes: uploadBytes,
  }
  switch (level) {
    case 'kitty':
      return new KittyPainter(images, uplink)
    case 'kitty-frames':
      return new KittyFramesPainter(images, uplink, newId)
    case 'iterm2': {
      const cells = new CellPainter('truecolor', report.cell)
      return new OverlayPainter(cells, new FileOverlay(cells.format, isAtFullPace, uploadBytes), rowsOnScreen)
    }
    case 'sixel': {
      const format: FrameFormat = {
        type: 'sixels',
        depth,
        cell: report.cell ?? USUAL_CELL,
        ground: Number.parseInt((report.background ?? '#000000').slice(1), 16),
        shortestMs: Math.max(SIXEL_MS, shortestMs),
        maxBytes: SIXEL_BYTES,
      }
      return new OverlayPainter(new CellPainter(depth, report.cell), new SixelOverlay(format), rowsOnScreen)
    }
    case 'truecolor':
    case '256':
    case '16':
      return new CellPainter(level, report.cell)
    default:
      return level satisfies never
  }
}
