import type { AppendBatch, Appended, ChatStore } from './chat-store.ts'

/** Something with messages to store: a room. */
export interface BatchSource {
  /** Takes what waits, in order; it then waits for `committed` or `failed` before the next is taken. */
  takeBatch(): AppendBatch | undefined
  batchCommitted(appended: readonly Appended[]): void
  batchFailed(error: unknown): void
}

/** After so much quiet nobody else is likely to have said something in the same turn, in milliseconds. */
const QUIET_MS = 1

/**
 * Stores what all rooms have to store in one write: one write is in flight, everything that comes meanwhile goes
 * with the next. When nothing is in flight a write starts with no timer: once the frames of all connections are read that
 * have some this turn, or after a quiet moment those of the connection at hand.
 */
export class GroupCommit {
  readonly #store: ChatStore
  readonly #waiting = new Set<BatchSource>()
  #isScheduled = false
  #inFlight: Promise<void> | undefined
  /** When the members had been told what was written last; undefined until then. */
  #quietSince: number | undefined = Number.NEGATIVE_INFINITY

  constructor(store: ChatStore) {
    this.#store = store
  }

  /** Asks for `source.takeBatch()` to be called soon. */
  requestCommit(source: BatchSource): void {
    this.#waiting.add(source)
    this.#scheduleCommit()
  }

  /** Resolves when all that was requested is stored or has failed. */
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
    let outcomes: readonly (readonly Appended[])[] | undefined
    let failure: unknown
    try {
      outcomes = await this.#store.appendMessages([...taken.values()])
    } catch (error) {
      failure = error
    }
    let index = 0
    for (const source of taken.keys()) {
      if (outcomes === undefined) source.batchFailed(failure)
      else tellCommitted(source, outcomes[index++] ?? [])
    }
    this.#inFlight = undefined
    this.#scheduleCommit()
    // Counted from when the members were told, just before this: for a thousand of them that alone takes longer.
    process.nextTick(() => {
      this.#quietSince = performance.now()
    })
  }
}

/** One room's fault must not take the others' acks with it; the room reads again from the store. */
function tellCommitted(source: BatchSource, appended: readonly Appended[]): void {
  try {
    source.batchCommitted(appended)
  } catch (error) {
    source.batchFailed(error)
  }
}
