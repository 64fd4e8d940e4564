/** A frame that asks for 10 ms or less is shown for so long, as in browsers. */
const HURRIED_MS = 100

/** Milliseconds for which a frame is shown when the file says `delayMs`. */
export const gifFrameMs = (delayMs: number): number => (delayMs <= 10 ? HURRIED_MS : delayMs)

/** Knows which frame of a GIF is due when. Frames may be added meanwhile. */
export class GifAnimation {
  /** When each frame ends, in milliseconds from the start. */
  readonly #ends: number[] = []
  readonly #plays: number
  #isComplete = false

  /** It plays so often, and stays on its last frame then; 0 is for ever. */
  constructor(plays = 0) {
    this.#plays = plays
  }

  addFrame(delayMs: number): void {
    this.#ends.push(this.#length + gifFrameMs(delayMs))
  }

  /** All frames were added: from now on the first one follows the last. */
  endFrames(): void {
    this.#isComplete = true
  }

  /**
   * Milliseconds after which it has played as often as it shall; infinite for one that goes on for
   * ever, or does not move.
   */
  get endMs(): number {
    const hasEnd = this.#isComplete && this.#plays > 0 && this.#ends.length > 1
    return hasEnd ? this.#length * this.#plays : Number.POSITIVE_INFINITY
  }

  /** The frame that is due after `elapsedMs`; the last one so far while more are to come. */
  frameAt(elapsedMs: number): number {
    const time = this.#timeInTurn(elapsedMs)
    const index = this.#ends.findIndex(end => time < end)
    return index === -1 ? Math.max(0, this.#ends.length - 1) : index
  }

  /** Milliseconds from `elapsedMs` until the next frame is due; `undefined` when none is known. */
  untilNextFrame(elapsedMs: number): number | undefined {
    if (this.#ends.length < 2 || elapsedMs >= this.endMs) return undefined
    const time = this.#timeInTurn(elapsedMs)
    const end = this.#ends.find(each => time < each)
    return end === undefined ? undefined : end - time
  }

  get #length(): number {
    return this.#ends.at(-1) ?? 0
  }

  #timeInTurn(elapsedMs: number): number {
    if (!this.#isComplete || this.#length === 0 || elapsedMs >= this.endMs) return elapsedMs
    return elapsedMs % this.#length
  }
}
