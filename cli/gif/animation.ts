/** What a frame is shown for that asks for 10 ms or less, as browsers do. */
const HURRIED_MS = 100

/** Milliseconds that a frame is shown for which the file asks for `delayMs`. */
export const shownMs = (delayMs: number): number => (delayMs <= 10 ? HURRIED_MS : delayMs)

/** Which frame of a GIF is due when; frames may still be added while it plays. It plays round and round. */
export class Animation {
  /** Milliseconds from the start at which each frame ends. */
  readonly #ends: number[] = []
  #isComplete = false

  addFrame(delayMs: number): void {
    this.#ends.push(this.#length + shownMs(delayMs))
  }

  /** No more frames come: from now on it starts again after the last one. */
  complete(): void {
    this.#isComplete = true
  }

  /** The frame to be seen after `elapsedMs`, the last one there is while more are awaited. */
  frameAt(elapsedMs: number): number {
    const time = this.#timeInTurn(elapsedMs)
    const index = this.#ends.findIndex(end => time < end)
    return index === -1 ? Math.max(0, this.#ends.length - 1) : index
  }

  /** Milliseconds after `elapsedMs` until another frame is due; `undefined` when none is to come. */
  untilNextFrame(elapsedMs: number): number | undefined {
    if (this.#ends.length < 2) return undefined
    const time = this.#timeInTurn(elapsedMs)
    const end = this.#ends.find(each => time < each)
    return end === undefined ? undefined : end - time
  }

  get #length(): number {
    return this.#ends.at(-1) ?? 0
  }

  #timeInTurn(elapsedMs: number): number {
    return this.#isComplete && this.#length > 0 ? elapsedMs % this.#length : elapsedMs
  }
}
