import type { CoreLog } from '../../chat/core-log.ts'
import { MongoSilenceError } from './call-mongo.ts'
import { reasonOfMongoError } from './mongo-error.ts'

/**
 * A connection that could not be used for so long is given up for a new one, in milliseconds. So
 * MongoDB is reached again within 10 s of its return.
 */
const PATIENCE_MS = 3_500
/** How long it waits after a new one could not be opened. */
const REOPEN_AGAIN_MS = 1_000

/**
 * Tells the log once that MongoDB can't be written, and once that it can again. When that takes
 * long, it has a new connection opened. The driver may never find back by itself: its monitor waits
 * for ever for the `drain` of a socket that was destroyed in the middle of a write (mongodb 7.8.0,
 * `writeCommand` in lib/cmap/connection.js, called by `checkServer` in lib/sdam/monitor.js). From
 * then on it looks at no server any more. A call can wait like that too, and its connection never
 * comes back to the pool.
 */
export class MongoWatchdog {
  readonly #log: CoreLog
  readonly #reopen: () => Promise<void>
  /** Undefined while MongoDB can be written. */
  #awaySince: number | undefined
  /** When a new connection may be opened, on the clock of `performance`. */
  #reopenAt = 0
  #openedAt = performance.now()
  #isReopening = false

  constructor(options: { readonly log: CoreLog; readonly reopen: () => Promise<void> }) {
    this.#log = options.log
    this.#reopen = options.reopen
  }

  noteSuccess(): void {
    if (this.#awaySince === undefined) return
    const awayMs = Math.round(performance.now() - this.#awaySince)
    this.#awaySince = undefined
    this.#log.info({ awayMs }, 'MongoDB can be written again')
  }

  /** A call failed. If it waited for ever, the next ones may, whatever else succeeds. */
  noteError(error: unknown): void {
    if (error instanceof MongoSilenceError && performance.now() > this.#openedAt + PATIENCE_MS)
      this.#openAnew()
  }

  /** MongoDB could last be written at `lastSuccess`, on the clock of `performance`. */
  noteFailure(error: unknown, lastSuccess: number): void {
    if (this.#awaySince === undefined) {
      this.#awaySince = lastSuccess
      this.#reopenAt = lastSuccess + PATIENCE_MS
      this.#log.warn({ reason: reasonOfMongoError(error) }, "MongoDB can't be written: posts are refused")
    }
    if (performance.now() > this.#reopenAt) this.#openAnew()
  }

  async #openAnew(): Promise<void> {
    if (this.#isReopening) return
    this.#isReopening = true
    try {
      await this.#reopen()
      this.#openedAt = performance.now()
      this.#reopenAt = this.#openedAt + PATIENCE_MS
      this.#log.warn({}, 'opened a new connection to MongoDB, since the old one did not come back')
    } catch {
      this.#reopenAt = performance.now() + REOPEN_AGAIN_MS
    } finally {
      this.#isReopening = false
    }
  }
}
