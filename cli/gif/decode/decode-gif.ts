import type { GifFrame } from '../../../gif/gif-blocks.ts'
import type { GifScan } from '../../../gif/gif-walker.ts'
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
  const scaler = new GifCanvasScaler(scan, size)
  for (const { delayMs } of drawGif(scan, scaler)) yield { pixels: scaler.pixels.slice(), delayMs }
}

/** Draws a GIF frame by frame. The pixels of the scalers are those of the frame that it yields. */
export function* drawGif(scan: GifScan, ...scalers: readonly GifCanvasScaler[]): Generator<GifFrame> {
  const canvas = new GifCanvas(scan, (y, left, before, after) => {
    for (const scaler of scalers) scaler.changeRow(y, left, before, after)
  })
  for (const frame of scan.frames) {
    canvas.drawFrame(frame)
    for (const scaler of scalers) scaler.updatePixels()
    yield frame
  }
}
