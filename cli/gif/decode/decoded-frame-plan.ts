import { gifFrameMs } from '../gif-animation.ts'

interface SentFrame {
  readonly index: number
  /** When it is shown, in milliseconds from the start. */
  readonly startMs: number
}

/** What of a GIF is sent to a terminal that animates images itself. */
interface DecodedFramePlan {
  readonly frames: readonly SentFrame[]
  /** The factor for its sides, at most 1. */
  readonly scale: number
}

/** A large GIF gets fewer frames a second, in these steps, before it gets smaller. */
const FEWER_FRAMES_PER_SECOND = [12, 10, 8, 6, 5] as const

interface PlanLimits {
  readonly shortestMs: number
  readonly maxBytes: number
  readonly maxPixels: number
}

/** Plans as if all frames took as many bytes as the first. */
export function planDecodedFrames(
  delaysMs: readonly number[],
  first: { readonly bytes: number; readonly pixels: number },
  { shortestMs, maxBytes, maxPixels }: PlanLimits,
): DecodedFramePlan {
  const paces = [shortestMs, ...FEWER_FRAMES_PER_SECOND.map(fps => Math.max(shortestMs, 1000 / fps))]
  const mostFrames = Math.min(maxBytes / first.bytes, maxPixels / first.pixels)
  let frames: readonly SentFrame[] = []
  for (const pace of paces) {
    frames = framesAtLeast(delaysMs, pace)
    if (frames.length <= mostFrames) return { frames, scale: 1 }
  }
  return { frames, scale: Math.sqrt(mostFrames / frames.length) }
}

/** The frames that remain when each but the last is shown for at least `shortestMs`. */
function framesAtLeast(delaysMs: readonly number[], shortestMs: number): readonly SentFrame[] {
  const frames: SentFrame[] = []
  let time = 0
  let free = 0
  for (const [index, delayMs] of delaysMs.entries()) {
    // One millisecond may be missing: frames of 66 ms are as good as 15 a second.
    if (time + 1 >= free) {
      frames.push({ index, startMs: time })
      free = time + shortestMs
    }
    time += gifFrameMs(delayMs)
  }
  return frames
}

/** Allots bytes as a GIF goes on, so that frames beyond the limit are left out evenly. */
export class DecodedFrameBudget {
  readonly #maxBytes: number
  #used = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Takes the bytes of a frame; false where this share of the GIF has used too many. */
  takeFrameBytes(bytes: number, share: number): boolean {
    if (this.#used > 0 && this.#used + bytes > this.#maxBytes * (0.25 + 0.75 * share)) return false
    this.#used += bytes
    return true
  }
}
