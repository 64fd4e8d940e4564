import { LIMITS } from '../protocol/limits.ts'
import { GifRefusal } from './gif-refusal.ts'

/** The most that a GIF may have, of all that costs something (PROTOCOL.md G3). */
export interface GifLimits {
  /** Bytes of the file. */
  readonly bytes: number
  /** Pixels a side of the canvas. */
  readonly side: number
  readonly frames: number
  /** Pixels that all frames draw together, each in its own rectangle. */
  readonly pixels: number
}

/** The limits of a server, whose operator decides about the bytes. */
export const gifLimits = (bytes: number): GifLimits => ({
  bytes,
  side: LIMITS.gifSide,
  frames: LIMITS.gifFrames,
  pixels: LIMITS.gifPixels,
})

export function refuseGifSize(
  { width, height }: { readonly width: number; readonly height: number },
  { side }: GifLimits,
): void {
  if (width > side || height > side) throw new GifRefusal('sideTooLong')
}
