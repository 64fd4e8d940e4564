import type { GifScan } from '../../../gif/gif-walker.ts'
import { GifCanvas } from '../decode/gif-canvas.ts'
import type { PixelSize } from '../decode/gif-canvas-scaler.ts'
import { gifFrameMs } from '../gif-animation.ts'

/** How a GIF is made smaller: every `step`th frame, and its sides divided by `divisor`. */
export interface Reduction {
  readonly step: number
  readonly divisor: number
}

/** What a reader sees at once. */
export interface GifPictureState {
  /** `0xFFRRGGBB` or 0, row by row. Valid until the next one. */
  readonly pixels: Uint32Array
  readonly shownMs: number
  /** The rows in which it may differ from the one before. */
  readonly firstRow: number
  readonly endRow: number
}

export const shrunkGifSize = ({ width, height }: PixelSize, { divisor }: Reduction): PixelSize => ({
  width: Math.ceil(width / divisor),
  height: Math.ceil(height / divisor),
})

/**
 * The pictures that remain of a GIF. Each is shown for as long as the frames that it stands for,
 * and is what they look like in the end.
 */
export function* shrunkGifPictures(scan: GifScan, reduction: Reduction): Generator<GifPictureState> {
  const { step } = reduction
  const size = shrunkGifSize(scan, reduction)
  const pixels = new Uint32Array(size.width * size.height)
  const canvas = new GifCanvas(scan)
  const scaler = canvas.scaledTo(size)
  for (let index = 0; index < scan.frames.length; index += step) {
    let shownMs = 0
    for (const frame of scan.frames.slice(index, index + step)) {
      canvas.drawFrame(frame)
      shownMs += gifFrameMs(frame.delayMs)
    }
    const { changedTop: firstRow, changedBottom: endRow } = scaler
    copyOpaque(canvas.showOn(scaler), pixels, firstRow * size.width, endRow * size.width)
    yield { pixels, shownMs, firstRow, endRow }
  }
}

/** A GIF's pixels are opaque or transparent, so those that are half of it become one of both. */
function copyOpaque(from: Uint32Array, to: Uint32Array, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    const pixel = from[at] ?? 0
    to[at] = pixel >>> 24 < 0x80 ? 0 : (pixel | 0xff000000) >>> 0
  }
}
