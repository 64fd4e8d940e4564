import type { AppendBatch, Appended, ChatStore } from './chat-store.ts'

/** Something with messages to store: a room. */
export interface BatchSource {
  /** Takes what waits, in order; it then waits for `committed` or `failed` before the next is taken. */
  takeBatch(): AppendBatch | undefined
  committed(appended: readonly Appended[]): void
  failed(error: unknown): void
}

/**
 * Stores what all rooms have to store in one write: one write is in flight, everything that comes meanwhile goes
 * with the next. When nothing is in flight a write starts once the current tick's frames are read, with no timer.
 */
export class GroupCommit {
  readonly #store: ChatStore
  readonly #waiting = new Set<BatchSource>()
  #isScheduled = false
  #inFlight: Promise<void> | undefined

  constructor(store: ChatStore) {
    this.#store = store
  }

  /** Asks for `source.takeBatch()` to be called soon. */
  request(source: BatchSource): void {
    this.#waiting.add(source)
    this.#schedule()
  }

  /** Resolves when all that was requested is stored or has failed. */
  async drain(): Promise<void> {
    while (this.#inFlight !== undefined || this.#waiting.size > 0) {
      await (this.#inFlight ?? new Promise(resolve => setImmediate(resolve)))
    }
  }

  #schedule(): void {
    if (this.#isScheduled || this.#inFlight !== undefined || this.#waiting.size === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#inFlight = this.#commit().finally(() => {
        this.#inFlight = undefined
        this.#schedule()
      })
    })
  }

  async #commit(): Promise<void> {
    const sources: BatchSource[] = []
    const batches: AppendBatch[] = []
    for (const source of this.#waiting) {
      const batch = source.takeBatch()
      if (batch === undefined) continue
      sources.push(source)
      batches.push(batch)
    }
    this.#waiting.clear()
    if (batches.length === 0) return
    let outcomes: readonly (readonly Appended[])[]
    try {
      outcomes = await this.#store.appendMessages(batches)
    } catch (error) {
      for (const source of sources) source.failed(error)
      return
    }
    sources.forEach((source, index) => {
      try {
        source.committed(outcomes[index] ?? [])
      } catch (error) {
        // One room's fault must not take the others' acks with it; the room reads again from the store.
        source.failed(error)
      }
    })
  }
}
