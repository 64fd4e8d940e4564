/** Something with frames to write. */
interface Writer {
  flushWrites(): void
}

/** Finished frames, or a text that is not framed yet. */
type Part = Buffer | string
const NO_JOIN = { from: [], joined: Buffer.alloc(0) }

/** How long a connection waits at most for more that is said to come soon, in milliseconds. */
const PATIENCE_MS = 50

/**
 * Has each connection written to once per turn, so that somebody who posts gets the room's frames
 * and the acks in one write. A turn ends when the callbacks of all promises resolved so far have
 * run. That is when a `process.nextTick` runs that such a callback has scheduled, and it is before
 * the next I/O.
 */
export class SocketWriteTurn {
  /** Connections that may wait for more, and when they have waited long enough. */
  #patient: Writer[] = []
  #patience: NodeJS.Timeout | undefined
  #newestJoin: { readonly from: readonly Part[]; readonly joined: Buffer } = NO_JOIN
  /**
   * Connections with answers. Their acks do not wait for a thousand writes in a room of a thousand.
   */
  #first: Writer[] = []
  #writers: Writer[] = []
  #isScheduled = false

  /** Flushes `writer` at the end of this turn. */
  addWriter(writer: Writer): void {
    this.#scheduleTurn()
    this.#writers.push(writer)
  }

  /** Flushes `writer` at the end of this turn, before those added with `addWriter`. */
  addFirstWriter(writer: Writer): void {
    this.#scheduleTurn()
    this.#first.push(writer)
  }

  /**
   * What `join` makes of all `parts`. Most connections that are written to in a turn are told the
   * same parts, which are joined once for them.
   */
  joinParts(parts: readonly Part[], join: (parts: readonly Part[]) => Buffer): Buffer {
    const { from, joined } = this.#newestJoin
    if (from.length === parts.length && from.every((part, index) => part === parts[index])) return joined
    const fresh = join(parts)
    this.#newestJoin = { from: parts, joined: fresh }
    return fresh
  }

  /** Flushes `writer` after a while, unless it was flushed before. */
  addPatientWriter(writer: Writer): void {
    this.#patient.push(writer)
    this.#patience ??= setTimeout(() => this.#flushPatient(), PATIENCE_MS)
  }

  #flushPatient(): void {
    const patient = this.#patient
    this.#patient = []
    this.#patience = undefined
    for (const writer of patient) writer.flushWrites()
    this.#newestJoin = NO_JOIN
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
    this.#newestJoin = NO_JOIN
  }
}
