/** Something with frames to write. */
export interface Writer {
  flush(): void
}

/**
 * Writes once per connection and turn: a talker gets what the room says and the acks of it together. A turn ends when the
 * promises that wait for what was just done have run: `process.nextTick` comes after those, and before the next I/O.
 */
export class WriteTurn {
  #writers: Writer[] = []

  /** Has `writer` flushed when this turn's work is done; a writer asks again only after that. */
  add(writer: Writer): void {
    if (this.#writers.length === 0) process.nextTick(() => this.#flush())
    this.#writers.push(writer)
  }

  #flush(): void {
    const writers = this.#writers
    this.#writers = []
    for (const writer of writers) writer.flush()
  }
}
