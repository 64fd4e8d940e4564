import type { GifScan } from '../../../gif/gif-walker.ts'
import { GifCanvas } from './gif-canvas.ts'
import type { PixelSize } from './gif-canvas-scaler.ts'

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
  const scaler = canvas.scaledTo(size)
  for (const frame of scan.frames) {
    canvas.drawFrame(frame)
    yield { pixels: canvas.showOn(scaler).slice(), delayMs: frame.delayMs }
  }
}
