import { RequestError } from '../../protocol/error-codes.ts'
import { Backoff } from './backoff.ts'

/** What a lane works on. */
export interface LaneWork<Job> {
  /** The job whose turn it is; undefined when there is none, or none can be done now. */
  next(): Job | undefined
  run(job: Job): Promise<void>
  /** `run` failed for good. */
  giveUp(job: Job, error: Error): void
}

/**
 * Does one job at a time, in order. A job that the server refuses for now is tried again after a wait,
 * and the others stay behind it: sent side by side, a later one could be taken while an earlier one is
 * refused.
 */
export class RetryLane<Job> {
  readonly #work: LaneWork<Job>
  readonly #backoff: Backoff
  #isRunning = false

  constructor(work: LaneWork<Job>, random: () => number) {
    this.#work = work
    this.#backoff = new Backoff(random)
  }

  /** There may be something to do. */
  wake(): void {
    if (!this.#isRunning && !this.#backoff.isWaiting) void this.#run()
  }

  /** The connection is lost, and a wait that the server asked for on it is over. A running job ends by itself. */
  stop(): void {
    this.#backoff.reset()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (let job = this.#work.next(); job !== undefined; job = this.#work.next()) {
      try {
        await this.#work.run(job)
        this.#backoff.reset()
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (!(error instanceof RequestError && error.isRetryable)) {
          this.#work.giveUp(job, error)
        } else if (this.#work.next() !== undefined) {
          this.#backoff.retryLater(() => this.wake(), error.retryAfterMs)
          break
        }
      }
    }
    this.#isRunning = false
  }
}
