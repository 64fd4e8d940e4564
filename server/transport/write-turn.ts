/** Something with frames to write. */
interface Writer {
  flushWrites(): void
}

/**
 * Writes once per connection and turn: a talker gets what the room says and the acks of it together. A turn ends when the
 * promises that wait for what was just done have run: `process.nextTick` comes after those, and before the next I/O.
 */
export class WriteTurn {
  /** Those with answers: in a room of a thousand an ack need not wait for a thousand writes. */
  #first: Writer[] = []
  #writers: Writer[] = []
  #isScheduled = false

  /** Has `writer` flushed when this turn's work is done. */
  addWriter(writer: Writer): void {
    this.#scheduleTurn()
    this.#writers.push(writer)
  }

  /** Has `writer` flushed before those that were only added. */
  addFirstWriter(writer: Writer): void {
    this.#scheduleTurn()
    this.#first.push(writer)
  }

  #scheduleTurn(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    process.nextTick(() => this.#flushWriters())
  }

  #flushWriters(): void {
    const [first, writers] = [this.#first, this.#writers]
    this.#first = []
    this.#writers = []
    this.#isScheduled = false
    for (const writer of first) writer.flushWrites()
    for (const writer of writers) writer.flushWrites()
  }
}
