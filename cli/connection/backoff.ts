import { reconnectAttemptAfterLoss, reconnectDelay } from './reconnect-policy.ts'

/**
 * The waits between the tries of one thing. A wait is as long as the server asked for. If it
 * asked for nothing, the wait is random and grows with each failure (PROTOCOL.md D9, D10).
 */
export class Backoff {
  readonly #random: () => number
  #failures = 0
  #waitedMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(random: () => number) {
    this.#random = random
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures
  }

  get isWaiting(): boolean {
    return this.#timer !== undefined
  }

  /** Calls `retry` once, after the next wait; returns that wait in milliseconds. */
  retryLater(retry: () => void, retryAfterMs: number | undefined): number {
    this.cancelRetry()
    this.#waitedMs = reconnectDelay(this.#failures, this.#random, retryAfterMs)
    this.#failures += 1
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      retry()
    }, this.#waitedMs)
    return this.#waitedMs
  }

  /** Resolves after the next wait; rejects with the signal's reason when that comes first. */
  waitForRetry(signal: AbortSignal, retryAfterMs: number | undefined): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = () => {
      this.cancelRetry()
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    this.retryLater(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, retryAfterMs)
    return promise
  }

  /** Ends the wait in progress without a retry. */
  cancelRetry(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** The next wait is a first one again. */
  resetWaits(): void {
    this.cancelRetry()
    this.#failures = 0
  }

  /**
   * A connection ended after `heldMs`. If it held long enough, the next wait is a first one
   * again.
   */
  countHeldConnection(heldMs: number): void {
    this.#failures = reconnectAttemptAfterLoss(this.#failures, heldMs, this.#waitedMs)
  }
}
