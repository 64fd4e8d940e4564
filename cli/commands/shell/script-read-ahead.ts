/**
 * Reads what comes ahead of whoever takes it, up to `most` items, and knows how many wait. `close`
 * ends the source when nobody takes any more.
 */
export class ScriptReadAhead<Item> implements AsyncIterable<Item> {
  readonly #most: number
  readonly #close: () => void
  readonly #items: Item[] = []
  #change = Promise.withResolvers<void>()
  #isOver = false
  #failure: unknown

  constructor(source: AsyncIterable<Item>, most: number, close: () => void) {
    this.#most = most
    this.#close = close
    void this.#readAll(source)
  }

  /** How many items are read and not taken. */
  get waiting(): number {
    return this.#items.length
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    try {
      for (;;) {
        const item = this.#items.shift()
        if (item !== undefined) {
          this.#tellChange()
          yield item
        } else if (this.#isOver) {
          if (this.#failure !== undefined) throw this.#failure
          return
        } else await this.#change.promise
      }
    } finally {
      this.stopReading()
    }
  }

  /** Nobody takes any more. Also ends a wait for the next item. */
  stopReading(): void {
    this.#isOver = true
    this.#tellChange()
    this.#close()
  }

  async #readAll(source: AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of source) {
        this.#items.push(item)
        this.#tellChange()
        while (this.#items.length >= this.#most && !this.#isOver) await this.#change.promise
        if (this.#isOver) return
      }
    } catch (error) {
      this.#failure = error
    }
    this.#isOver = true
    this.#tellChange()
  }

  #tellChange(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }
}
