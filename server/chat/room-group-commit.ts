import type { AppendBatch, Appended, BatchOutcome, ChatStore, NewMessage } from './chat-store.ts'

/** A room's history, as the group commit sees it. */
export interface BatchSource {
  /**
   * Takes the messages that wait, in order. No further batch is taken from this source until
   * `batchCommitted` or `batchFailed` was called.
   */
  takeBatch(): AppendBatch | undefined
  batchCommitted(appended: readonly Appended[]): void
  batchFailed(error: unknown): void
}

/** The most messages of one room in one write. */
const BATCH_LIMIT = 1_000
/** UTF-16 units of text in a batch after which no further message is added. */
const BATCH_UNITS = 256 * 1024

/**
 * Milliseconds of quiet after which a message is probably alone, so that a write need not wait for
 * others of the same turn.
 */
const QUIET_MS = 1

/**
 * Stores the messages of all rooms together, in one write at a time. No timer makes anybody wait. A
 * write goes through these phases:
 *
 * 1. A room asks for a commit with `requestCommit`, and others join it.
 * 2. The write starts at the end of the event loop's turn. Until then the frames of every
 *    connection that has some are read. After a quiet moment it starts at once, with what one
 *    connection sent.
 * 3. Each room gives its batch, and the store writes all batches in one call. Requests that come
 *    meanwhile wait for the next write.
 * 4. Each room is told the outcome: it delivers and acks its messages, or refuses them.
 * 5. The next write is scheduled if a room asked for it.
 */
export class RoomGroupCommit {
  readonly #store: ChatStore
  readonly #waiting = new Set<BatchSource>()
  #isScheduled = false
  #inFlight: Promise<void> | undefined
  /**
   * When members had been told of the last write. Undefined while a write is in flight or being
   * told.
   */
  #quietSince: number | undefined = Number.NEGATIVE_INFINITY

  constructor(store: ChatStore) {
    this.#store = store
  }

  /** Asks for `source.takeBatch()` to be called soon. */
  requestCommit(source: BatchSource): void {
    this.#waiting.add(source)
    this.#scheduleCommit()
  }

  /** Resolves when every request so far is stored or has failed. */
  async drainCommits(): Promise<void> {
    while (this.#inFlight !== undefined || this.#waiting.size > 0) {
      await (this.#inFlight ?? new Promise(resolve => setImmediate(resolve)))
    }
  }

  #scheduleCommit(): void {
    if (this.#isScheduled || this.#inFlight !== undefined || this.#waiting.size === 0) return
    this.#isScheduled = true
    const isQuiet = this.#quietSince !== undefined && performance.now() - this.#quietSince > QUIET_MS
    const start = isQuiet ? process.nextTick : setImmediate
    start(() => {
      this.#isScheduled = false
      const taken = this.#takeBatches()
      if (taken.size === 0) return
      this.#quietSince = undefined
      this.#inFlight = this.#commitBatches(taken)
    })
  }

  #takeBatches(): ReadonlyMap<BatchSource, AppendBatch> {
    const taken = new Map<BatchSource, AppendBatch>()
    for (const source of this.#waiting) {
      const batch = source.takeBatch()
      if (batch !== undefined) taken.set(source, batch)
    }
    this.#waiting.clear()
    return taken
  }

  async #commitBatches(taken: ReadonlyMap<BatchSource, AppendBatch>): Promise<void> {
    let outcomes: readonly BatchOutcome[] | undefined
    let failure: unknown
    try {
      outcomes = await this.#store.appendMessages([...taken.values()])
    } catch (error) {
      failure = error
    }
    let index = 0
    for (const source of taken.keys()) {
      if (outcomes === undefined) source.batchFailed(failure)
      else tellOutcome(source, outcomes[index++] ?? [])
    }
    this.#inFlight = undefined
    this.#scheduleCommit()
    // The quiet begins after the members were told, which takes longer than QUIET_MS for a
    // thousand.
    process.nextTick(() => {
      this.#quietSince = performance.now()
    })
  }
}

/**
 * A fault in one room must not cost the others their acks. That room reads from the store again.
 */
function tellOutcome(source: BatchSource, outcome: BatchOutcome): void {
  try {
    if (outcome instanceof Error) source.batchFailed(outcome)
    else source.batchCommitted(outcome)
  } catch (error) {
    source.batchFailed(error)
  }
}

/** How many posts of the queue go into the next batch. */
export function commitBatchLength(waiting: readonly { readonly message: NewMessage }[]): number {
  let units = 0
  let length = 0
  while (length < Math.min(waiting.length, BATCH_LIMIT) && units < BATCH_UNITS) {
    const message = waiting[length++]?.message
    if (message !== undefined && 'text' in message) units += message.text.length
  }
  return length
}
