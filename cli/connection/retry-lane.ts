import { RequestError } from '../../protocol/error-codes.ts'
import { Backoff } from './backoff.ts'
import { isRequestGivenUp } from './transfer-error.ts'

/** The jobs of a lane. */
interface LaneWork<Job> {
  /** The next job; undefined if there is none or none can be done now. */
  next(): Job | undefined
  run(job: Job): Promise<void>
  /** `run` failed for now, and the job is tried again. */
  retryLater(job: Job, error: RequestError): void
  /** `run` failed for good. */
  giveUp(job: Job, error: Error): void
}

/**
 * Does one job at a time, in order. If the server refuses a job for now, the lane waits and tries
 * it again, and the other jobs stay behind it. Sent side by side, a later job could be accepted
 * while an earlier one is refused.
 */
export class RetryLane<Job> {
  readonly #work: LaneWork<Job>
  readonly #backoff: Backoff
  #isRunning = false

  constructor(work: LaneWork<Job>, random: () => number) {
    this.#work = work
    this.#backoff = new Backoff(random)
  }

  /** Whether it neither works nor waits. */
  get isIdle(): boolean {
    return !this.#isRunning && !this.#backoff.isWaiting
  }

  /** Starts work if there is some and none is in progress. */
  wakeLane(): void {
    if (this.isIdle) void this.#run()
  }

  /**
   * The connection is lost: drops the wait that the server asked for. A job in progress ends by
   * itself.
   */
  dropWait(): void {
    this.#backoff.resetWaits()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (let job = this.#work.next(); job !== undefined; job = this.#work.next()) {
      try {
        await this.#work.run(job)
        this.#backoff.resetWaits()
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (!(error instanceof RequestError) || isRequestGivenUp(error, this.#backoff.failures)) {
          this.#backoff.resetWaits()
          this.#work.giveUp(job, error)
        } else if (this.#work.next() !== undefined) {
          this.#work.retryLater(job, error)
          this.#backoff.retryLater(() => this.wakeLane(), error.retryAfterMs)
          break
        }
      }
    }
    this.#isRunning = false
  }
}
