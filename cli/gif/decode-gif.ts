import type { GifScan } from '../../protocol/gif-walker.ts'
import { GifCanvas } from './gif-canvas.ts'
import { type PixelSize, Scaler } from './scaler.ts'

/** One picture of an animation. */
export interface DecodedFrame {
  /** `0xAARRGGBB`, row by row, in the size asked for. */
  readonly pixels: Uint32Array
  /** As the file states it. */
  readonly delayMs: number
}

/** Decodes a GIF frame by frame, scaled to `size`; between frames only the canvas and the scaled frame are kept. */
export function* decodeGif(scan: GifScan, size: PixelSize): Generator<DecodedFrame> {
  const canvas = new GifCanvas(scan)
  const scaler = new Scaler(scan, size)
  for (const frame of scan.frames) {
    for (const area of canvas.draw(frame)) scaler.update(canvas.pixels, area)
    yield { pixels: scaler.pixels.slice(), delayMs: frame.delayMs }
  }
}

/**
 * The cells that a picture takes to fit a box: as large as the box allows, but no pixel of the GIF larger than half
 * a cell, and half cells taken for square.
 */
export function fitCells(
  gif: PixelSize,
  box: { readonly columns: number; readonly rows: number },
): { columns: number; rows: number } {
  const scale = Math.min(1, box.columns / gif.width, (box.rows * 2) / gif.height)
  return {
    columns: Math.max(1, Math.round(gif.width * scale)),
    rows: Math.max(1, Math.round((gif.height * scale) / 2)),
  }
}
