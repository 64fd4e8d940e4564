import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import type { GraphicsLevel } from '../../terminal/ask/graphics.ts'
import type { TerminalReport } from '../../terminal/ask/terminal-report.ts'
import type { TerminalUplink } from '../../terminal/draw/terminal-uplink.ts'
import type { FrameFormat } from '../decode/frame-format.ts'
import { CellPainter } from './cell-painter.ts'
import { InlineFileOverlay } from './inline-file-overlay.ts'
import { KittyFramesPainter } from './kitty-frames-painter.ts'
import { KittyPainter } from './kitty-painter.ts'
import { OverlayPainter } from './overlay-painter.ts'
import type { Painter } from './painter.ts'
import { SixelOverlay } from './sixel-overlay.ts'

interface PainterOptions {
  readonly report: TerminalReport
  /** Colours of half blocks, for levels that are no number of colours. */
  readonly depth: PictureDepth
  /** The least milliseconds for which a frame is shown. */
  readonly shortestMs: number
  /** Whether the terminal is at the other end of a network. */
  readonly isRemote: boolean
  /** Whether GIFs may play at their own pace. */
  readonly isAtFullPace: boolean
  readonly uplink: TerminalUplink
  readonly rowsOnScreen: () => number
  /** The most bytes that one image may have now. */
  readonly mostBytes: () => number
  /** An id that no picture has. */
  readonly newId: () => number
}

/** The most bytes of one GIF that are sent, here and over a network (`planDecodedFrames`). */
const UPLOAD_BYTES = 4 * 1024 * 1024
const REMOTE_UPLOAD_BYTES = 1024 * 1024

/** A sixel image takes 30 to 75 KiB at 320×180: at most five a second, and 16 MiB of one GIF. */
const SIXEL_MS = 200
const SIXEL_BYTES = 16 * 1024 * 1024

/** For a terminal that does not tell. Only the shape matters, since the terminal scales. */
const USUAL_CELL = { width: 10, height: 20 }

export function createPainter(level: Exclude<GraphicsLevel, 'text'>, options: PainterOptions): Painter {
  const { report, shortestMs, uplink, newId, depth, isAtFullPace } = options
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
      return new OverlayPainter(
        cells,
        new InlineFileOverlay(cells.format, isAtFullPace, uploadBytes),
        options,
      )
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
      return new OverlayPainter(new CellPainter(depth, report.cell), new SixelOverlay(format), options)
    }
    case 'truecolor':
    case '256':
    case '16':
      return new CellPainter(level, report.cell)
    default:
      return level satisfies never
  }
}
