import { RequestError } from '../../protocol/error-codes.ts'

/** The first wait after a wrong password, and the longest, in milliseconds. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** Wrong passwords are forgotten after this long without another one, in milliseconds. */
const FORGET_MS = 10 * 60_000
/** How many pairs of address and room are remembered. */
const CAPACITY = 10_000

interface Failures {
  readonly count: number
  readonly lastAt: number
  readonly freeAt: number
}

/**
 * Makes guessing slow. Each wrong password from one address for one room doubles the wait before
 * the next (PROTOCOL.md C4).
 */
export class PasswordGuard {
  readonly #now: () => number
  readonly #failures = new Map<string, Failures>()
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Lets one guess through after the other, so that many at once gain nothing. Rejects with
   * `rateLimited` during a wait, and adds the next wait to a `wrongPassword`.
   */
  async guardGuess(address: string, room: string, attempt: () => Promise<void>): Promise<void> {
    const key = `${address} ${room}`
    const before = this.#underWay.get(key) ?? Promise.resolve()
    const guess = before.then(() => this.#tryPassword(key, attempt))
    const settled = guess.catch(() => {})
    this.#underWay.set(key, settled)
    try {
      await guess
    } finally {
      if (this.#underWay.get(key) === settled) this.#underWay.delete(key)
    }
  }

  async #tryPassword(key: string, attempt: () => Promise<void>): Promise<void> {
    const retryAfterMs = (this.#failures.get(key)?.freeAt ?? 0) - this.#now()
    if (retryAfterMs > 0) {
      throw new RequestError('rateLimited', 'wait before you try another password', { retryAfterMs })
    }
    try {
      await attempt()
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'wrongPassword') throw error
      throw new RequestError('wrongPassword', error.message, { retryAfterMs: this.#noteWrongPassword(key) })
    }
  }

  /** Remembers a wrong password and returns the wait before the next try, in milliseconds. */
  #noteWrongPassword(key: string): number {
    const now = this.#now()
    const known = this.#failures.get(key)
    const count = known === undefined || now - known.lastAt > FORGET_MS ? 1 : known.count + 1
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 1))
    this.#failures.delete(key)
    this.#failures.set(key, { count, lastAt: now, freeAt: now + wait })
    const oldest = this.#failures.keys().next().value
    if (this.#failures.size > CAPACITY && oldest !== undefined) this.#failures.delete(oldest)
    return wait
  }
}
