import { shownMs } from '../animation.ts'

/** A frame that is sent: which, and milliseconds from the start at which it is shown. */
export interface SentFrame {
  readonly index: number
  readonly startMs: number
}

/** What of a GIF is sent to a terminal that plays it itself. */
export interface UploadPlan {
  readonly frames: readonly SentFrame[]
  /** By how much its sides are made smaller, 1 at most. */
  readonly scale: number
}

/** Frames a second that a large GIF is brought down to, before its picture gets smaller. */
const FEWER_FRAMES_PER_SECOND = [12, 10, 8, 6, 5] as const

/** Plans by the size of the first frame, as if the others were like it: first fewer frames a second, then smaller ones. */
export function planUpload(
  delaysMs: readonly number[],
  firstBytes: number,
  limits: { readonly shortestMs: number; readonly maxBytes: number },
): UploadPlan {
  const paces = [
    limits.shortestMs,
    ...FEWER_FRAMES_PER_SECOND.map(fps => Math.max(limits.shortestMs, 1000 / fps)),
  ]
  let frames: readonly SentFrame[] = []
  for (const pace of paces) {
    frames = framesAtLeast(delaysMs, pace)
    if (frames.length * firstBytes <= limits.maxBytes) return { frames, scale: 1 }
  }
  return { frames, scale: Math.sqrt(limits.maxBytes / (frames.length * firstBytes)) }
}

/** The frames that remain when each is shown for `shortestMs` at least, the last one excepted. */
function framesAtLeast(delaysMs: readonly number[], shortestMs: number): readonly SentFrame[] {
  const frames: SentFrame[] = []
  let time = 0
  let free = 0
  for (const [index, delayMs] of delaysMs.entries()) {
    // A millisecond is forgiven, since frames of 66 ms are as good as 15 a second.
    if (time + 1 >= free) {
      frames.push({ index, startMs: time })
      free = time + shortestMs
    }
    time += shownMs(delayMs)
  }
  return frames
}

/** Lets out a number of bytes little by little as a GIF goes on, so that what does not fit is left out evenly. */
export class UploadBudget {
  readonly #maxBytes: number
  #used = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether a frame of so many bytes can be sent when this share of the GIF has passed. */
  take(bytes: number, share: number): boolean {
    if (this.#used > 0 && this.#used + bytes > this.#maxBytes * (0.25 + 0.75 * share)) return false
    this.#used += bytes
    return true
  }
}
