import type { Clock } from '../../cli/gif/stage/clock.ts'

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = 0
  #waiting: { readonly at: number; readonly callback: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(delayMs: number, callback: () => void): () => void {
    const entry = { at: this.#now + delayMs, callback }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter(each => each !== entry)
    }
  }

  /** Whether anything waits for the time to pass. */
  get isIdle(): boolean {
    return this.#waiting.length === 0
  }

  /** Lets time pass, and calls what falls due on the way in its order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#waiting = this.#waiting.filter(entry => entry !== next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
    this.#now = end
  }
}
