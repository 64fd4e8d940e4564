import { RequestError } from '../../protocol/error-codes.ts'
import { retryDelay } from './reconnect-policy.ts'

/** What a lane works on. */
export interface LaneWork<Job> {
  /** The job whose turn it is; undefined when there is none, or none can be done now. */
  next(): Job | undefined
  run(job: Job): Promise<void>
  /** `run` failed for good. */
  giveUp(job: Job, error: Error): void
  random(): number
}

/**
 * Does one job at a time, in order: one that fails for now is tried again after the wait the server asked for, and the
 * others stay behind it. One at a time is what keeps the order when the server refuses a job and would take the next.
 */
export class RetryLane<Job> {
  readonly #work: LaneWork<Job>
  #isRunning = false
  #timer: NodeJS.Timeout | undefined
  #attempt = 0

  constructor(work: LaneWork<Job>) {
    this.#work = work
  }

  /** There may be something to do. */
  wake(): void {
    if (!this.#isRunning && this.#timer === undefined) void this.#run()
  }

  /** Forgets a wait: the connection it was asked on is gone. A job under way ends as it ends. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#attempt = 0
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (let job = this.#work.next(); job !== undefined; job = this.#work.next()) {
      try {
        await this.#work.run(job)
        this.#attempt = 0
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (!(error instanceof RequestError && error.isRetryable)) {
          this.#work.giveUp(job, error)
        } else if (this.#work.next() !== undefined) {
          this.#waitFor(retryDelay(this.#attempt, this.#work.random, error.retryAfterMs))
          break
        }
      }
    }
    this.#isRunning = false
  }

  #waitFor(ms: number): void {
    this.#attempt += 1
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.wake()
    }, ms)
  }
}
