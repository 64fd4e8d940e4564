import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * For so long answers are made in one turn of the event loop, in milliseconds. Everybody else waits
 * for about that long at most, however many have asked.
 */
const TURN_MS = 2

type Work = () => Promise<void>

/**
 * Makes the answers that take long, one after the other and a few in each turn of the event loop.
 * Addresses take turns, so that one with few requests does not wait for all of another's. An answer
 * that itself has to wait, for the store or for a password, holds up no other.
 */
export class AnswerTurn {
  readonly #now: () => number
  /** By address. Nobody is here without work. */
  readonly #waiting = new Map<string, Work[]>()
  #isRunning = false

  constructor(now: () => number) {
    this.#now = now
  }

  /** Settles as `work` does, which begins when it is its turn. */
  takeTurn(address: string, work: () => Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(address)
    const begin = () => work().then(resolve, reject)
    if (waiting === undefined) this.#waiting.set(address, [begin])
    else waiting.push(begin)
    if (!this.#isRunning) void this.#runAll()
    return promise
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true
    let endsAt = this.#now() + TURN_MS
    for (let work = this.#takeNext(); work !== undefined; work = this.#takeNext()) {
      // Most work settles within this turn. What does not is left alone.
      await Promise.race([work(), nextTurn()])
      if (this.#now() < endsAt) continue
      await nextTurn()
      endsAt = this.#now() + TURN_MS
    }
    this.#isRunning = false
  }

  /** The first work of the address whose turn it is. That address then comes last. */
  #takeNext(): Work | undefined {
    for (const [address, waiting] of this.#waiting) {
      this.#waiting.delete(address)
      const work = waiting.shift()
      if (waiting.length > 0) this.#waiting.set(address, waiting)
      return work
    }
    return undefined
  }
}
