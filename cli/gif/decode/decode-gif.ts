import type { GifScan } from '../../../gif/gif-walker.ts'
import type { CellSize } from '../../terminal/ask/terminal-report.ts'
import { GifCanvas } from './gif-canvas.ts'
import { GifCanvasScaler, type PixelSize } from './gif-canvas-scaler.ts'

/** One picture of an animation. */
interface DecodedFrame {
  /** `0xAARRGGBB`, row by row, in the size asked for. */
  readonly pixels: Uint32Array
  /** As the file states it. */
  readonly delayMs: number
}

/** Decodes a GIF frame by frame, scaled to `size`. Only the canvas is kept between frames. */
export function* decodeGif(scan: GifScan, size: PixelSize): Generator<DecodedFrame> {
  const canvas = new GifCanvas(scan)
  const scaler = new GifCanvasScaler(scan, size)
  for (const frame of scan.frames) {
    for (const area of canvas.drawFrame(frame)) scaler.updateScaled(canvas.pixels, area)
    yield { pixels: scaler.pixels.slice(), delayMs: frame.delayMs }
  }
}

/** For a terminal that does not tell: half a cell is square. */
const USUAL_CELL: CellSize = { width: 1, height: 2 }

/**
 * The cells of a picture that fits a box and keeps its shape. It is as large as the box allows, but
 * no pixel of the GIF gets larger than `enlargement` pixels of the screen, by default half a cell.
 */
export function decodedCellsInBox(
  gif: PixelSize,
  box: { readonly columns: number; readonly rows: number },
  cell = USUAL_CELL,
  enlargement = cell.width,
): { columns: number; rows: number } {
  const scale = Math.min(
    enlargement,
    (box.columns * cell.width) / gif.width,
    (box.rows * cell.height) / gif.height,
  )
  return {
    columns: Math.max(1, Math.round((gif.width * scale) / cell.width)),
    rows: Math.max(1, Math.round((gif.height * scale) / cell.height)),
  }
}
