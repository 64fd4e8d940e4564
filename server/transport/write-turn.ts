/** Something with frames to write. */
export interface Writer {
  flush(): void
}

/**
 * Writes once per connection and turn of the event loop: a talker gets what the room says and the acks of it together.
 */
export class WriteTurn {
  #writers: Writer[] = []

  /** Has `writer` flushed when this turn's work is done; a writer asks again only after that. */
  add(writer: Writer): void {
    if (this.#writers.length === 0) setImmediate(() => this.#flush())
    this.#writers.push(writer)
  }

  #flush(): void {
    const writers = this.#writers
    this.#writers = []
    for (const writer of writers) writer.flush()
  }
}
