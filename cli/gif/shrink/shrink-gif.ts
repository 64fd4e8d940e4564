import type { GifLimits } from '../../../gif/gif-limits.ts'
import { GifRefusal } from '../../../gif/gif-refusal.ts'
import { type GifScan, walkGif, walkGifInPlace } from '../../../gif/gif-walker.ts'
import { type Reduction, shrunkGifSize } from './gif-pictures.ts'
import { rewriteGif } from './rewrite-gif.ts'

/** A smaller GIF, and what was done for it. */
export interface ShrunkGif {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Nothing but metadata was dropped, or the frames were written anew with these. */
  readonly reduction: Reduction | 'metadata'
  readonly width: number
  readonly height: number
  readonly frames: number
}

/** How much is read of what is to be made smaller. More would take more than a minute. */
export const MOST_SHRINKABLE_BYTES = 64 * 1024 * 1024
const readableFor = ({ side, frames, pixels }: GifLimits): GifLimits => ({
  bytes: MOST_SHRINKABLE_BYTES,
  side: 4 * side,
  frames: 4 * frames,
  pixels: 10 * pixels,
})

const LOSSLESS: Reduction = { step: 1, divisor: 1 }

/** From what nobody sees to what is seen most. Frames go first: most recordings have enough. */
const REDUCTIONS: readonly Reduction[] = [
  LOSSLESS,
  { step: 2, divisor: 1 },
  { step: 1, divisor: 2 },
  { step: 2, divisor: 2 },
  { step: 4, divisor: 2 },
  { step: 4, divisor: 4 },
]

/**
 * Makes a GIF small enough for a server, with as little loss as can be. The bytes are its own from
 * then on. Throws a `GifRefusal` if the file is no GIF, or too large even for this.
 */
export function shrinkGif(file: Uint8Array, limits: GifLimits): ShrunkGif {
  const scan = walkGifInPlace(file, readableFor(limits))
  const clean = new Uint8Array(scan.bytes)
  const { width, height, frames } = scan
  if (fits(clean, limits))
    return { bytes: clean, reduction: 'metadata', width, height, frames: frames.length }
  for (const reduction of REDUCTIONS) {
    if (!mayFit(scan, reduction, limits)) continue
    const bytes = rewriteGif(scan, reduction, limits)
    const shrunk = bytes && fits(bytes, limits)
    if (bytes === undefined || shrunk === undefined) continue
    return { bytes, reduction, width: shrunk.width, height: shrunk.height, frames: shrunk.frames.length }
  }
  throw new GifRefusal('tooLarge')
}

/**
 * Whether it is worth a try, by what is known before the frames are written. Recordings have many
 * frames that change nothing, so the one without a loss is tried with any number of frames.
 */
function mayFit(scan: GifScan, reduction: Reduction, limits: GifLimits): boolean {
  const { width, height } = shrunkGifSize(scan, reduction)
  const hasFewFrames = Math.ceil(scan.frames.length / reduction.step) <= limits.frames
  return Math.max(width, height) <= limits.side && (hasFewFrames || reduction === LOSSLESS)
}

function fits(bytes: Uint8Array, limits: GifLimits): GifScan | undefined {
  try {
    return walkGif(bytes, limits)
  } catch (error) {
    if (error instanceof GifRefusal) return undefined
    throw error
  }
}
