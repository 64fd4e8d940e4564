/** The first wait, in milliseconds. */
const FIRST_WAIT_MS = 500
/** A mistake is forgotten after this long without another one, in milliseconds. */
const FORGET_MS = 10 * 60_000
/** For how many keys mistakes are remembered. The least recent are forgotten. */
const CAPACITY = 50_000

interface Mistakes {
  readonly count: number
  readonly lastAt: number
  readonly freeAt: number
}

/** Waits after mistakes, by key: each doubles the next one. */
export class PasswordWaits {
  readonly #longestMs: number
  readonly #now: () => number
  readonly #mistakes = new Map<string, Mistakes>()

  constructor(longestMs: number, now: () => number) {
    this.#longestMs = longestMs
    this.#now = now
  }

  /** How many mistakes are remembered. */
  countOf(key: string): number {
    const known = this.#mistakes.get(key)
    return known === undefined || this.#now() - known.lastAt > FORGET_MS ? 0 : known.count
  }

  /** Milliseconds until the next try; 0 if it may be made now. */
  waitOf(key: string): number {
    return Math.max(0, Math.ceil((this.#mistakes.get(key)?.freeAt ?? 0) - this.#now()))
  }

  /** Remembers a mistake and returns the wait before the next try, in milliseconds. */
  noteMistake(key: string): number {
    const now = this.#now()
    const count = this.countOf(key) + 1
    const wait = Math.min(this.#longestMs, FIRST_WAIT_MS * 2 ** (count - 1))
    this.#mistakes.delete(key)
    this.#mistakes.set(key, { count, lastAt: now, freeAt: now + wait })
    const oldest = this.#mistakes.keys().next().value
    if (this.#mistakes.size > CAPACITY && oldest !== undefined) this.#mistakes.delete(oldest)
    return wait
  }
}
