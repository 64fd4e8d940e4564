import { closeSync, fdatasyncSync, ftruncateSync, readFileSync, writeSync } from 'node:fs'
import type { GifId, RoomId, Seq } from '../../../protocol/model.ts'
import { type AppendBatch, StoreUnavailableError } from '../../chat/chat-store.ts'
import type { Segment } from './segments-table.ts'

/** What a resolved write outlives: a killed process, or a loss of power too, for a disk flush per write. */
export type Durability = 'process' | 'power'

/** What one room appended in one write. */
export interface JournalEntry {
  readonly room: RoomId
  readonly firstSeq: Seq
  readonly segments: readonly Segment[]
}

/** Bytes from which what is here should go to the tables: more per page there, and some milliseconds of work. */
const FULL_BYTES = 256 * 1024
/** Bytes of memory for what is here: room for a write more. */
const MEMORY_BYTES = 2 * FULL_BYTES
/** Bytes that UTF-8 takes for a UTF-16 unit, at most. */
const UNIT_BYTES = 3

/**
 * A file that what is said is appended to before it goes to SQLite's tables: an append writes the few bytes that were
 * said, a transaction pages of 4 KiB and what leads to them. Each append is one line of JSON. A line that was not
 * written whole was never told to be durable; the next one takes its place.
 */
export class Journal {
  /** Undefined once it is closed: the number may then be another file's. */
  #file: number | undefined
  readonly #durability: Durability
  /** Where the next line goes. */
  #size = 0
  /** True when the file may have more than `#size`: of a line that was not written whole, or refused. */
  #hasRest = false
  /** What was appended, where it is in the file: as strings it would be work for the garbage collector. */
  #memory = Buffer.allocUnsafeSlow(MEMORY_BYTES)
  /** Up to where `#memory` is filled: beyond `#size` while a line is being made. */
  #filled = 0

  /** Takes over `file`, a descriptor to read and write. */
  constructor(file: number, durability: Durability) {
    this.#file = file
    this.#durability = durability
  }

  /** True when what is here should go to the tables. */
  get isFull(): boolean {
    return this.#size >= FULL_BYTES
  }

  /**
   * What a server before this one left, in order, and how many lines could not be read; to be called before anything else is.
   * A loss of power can leave a part of the file without its bytes.
   */
  read(): { readonly batches: readonly AppendBatch[]; readonly tornLines: number } {
    return this.#use(file => {
      const bytes = readFileSync(file)
      // What comes after the last newline is not whole.
      this.#size = bytes.lastIndexOf('\n') + 1
      this.#hasRest = bytes.length > this.#size
      // A line that a killed server wrote and did not flush is about to be taken for durable.
      if (this.#durability === 'power' && this.#size > 0) fdatasyncSync(file)
      const lines = bytes.toString('utf8', 0, this.#size).split('\n').slice(0, -1).map(toBatches)
      const whole = lines.filter(batches => batches !== undefined)
      return { batches: whole.flat(), tornLines: lines.length - whole.length }
    })
  }

  /**
   * Writes all entries or none of them; throws `StoreUnavailableError`. Returns the segments of each as they are here, which
   * must not be read after `clear`.
   */
  append(entries: readonly JournalEntry[]): readonly (readonly Segment[])[] {
    this.#filled = this.#size
    let separator = '['
    const journaled = entries.map(({ room, firstSeq, segments }) => {
      if (segments.length === 0) return []
      this.#fill(`${separator}{"room":${JSON.stringify(room)},"firstSeq":${firstSeq},"messages":[`)
      separator = ','
      const here = segments.map((segment, index) => {
        if (index > 0) this.#fill(',')
        const start = this.#filled
        this.#fill(segment.json)
        return new JournaledSegment(segment, this, start, this.#filled)
      })
      this.#fill(']}')
      return here
    })
    this.#fill(']\n')
    const length = this.#filled - this.#size
    this.#use(file => {
      if (this.#hasRest) this.#cutOff(file)
      this.#hasRest = true
      const written = writeSync(file, this.#memory, this.#size, length, this.#size)
      if (written < length) throw new Error(`took ${written} of ${length} bytes`)
      if (this.#durability === 'power') fdatasyncSync(file)
      this.#hasRest = false
    })
    this.#size = this.#filled
    return journaled
  }

  /** What was appended from `start` to before `end`, in bytes of the file. */
  text(start: number, end: number): string {
    return this.#memory.toString('utf8', start, end)
  }

  /** Forgets everything, once it is in the tables; throws `StoreUnavailableError`. */
  clear(): void {
    this.#use(file => ftruncateSync(file))
    this.#size = 0
    this.#hasRest = false
    // All of it: a line that was refused may have been the longest.
    this.#memory.fill(0)
    if (this.#memory.length > MEMORY_BYTES) this.#memory = Buffer.allocUnsafeSlow(MEMORY_BYTES)
  }

  close(): void {
    this.#use(file => {
      this.#file = undefined
      closeSync(file)
    })
  }

  #cutOff(file: number): void {
    ftruncateSync(file, this.#size)
    // Before anything is written there: a loss of power could leave the one without the other.
    if (this.#durability === 'power') fdatasyncSync(file)
  }

  #fill(text: string): void {
    const most = this.#filled + text.length * UNIT_BYTES
    if (most > this.#memory.length) {
      const memory = Buffer.allocUnsafeSlow(2 * most)
      this.#memory.copy(memory, 0, 0, this.#filled)
      this.#memory = memory
    }
    this.#filled += this.#memory.write(text, this.#filled)
  }

  #use<Result>(work: (file: number) => Result): Result {
    try {
      if (this.#file === undefined) throw new Error('closed')
      return work(this.#file)
    } catch (error) {
      throw new StoreUnavailableError(`the journal refused: ${String(error)}`, { cause: error })
    }
  }
}

/** A segment whose text is in the journal's memory. */
class JournaledSegment implements Segment {
  readonly firstSeq: Seq
  readonly count: number
  readonly gifs: readonly GifId[]
  readonly #journal: Journal
  readonly #start: number
  readonly #end: number

  constructor({ firstSeq, count, gifs }: Segment, journal: Journal, start: number, end: number) {
    this.firstSeq = firstSeq
    this.count = count
    this.gifs = gifs
    this.#journal = journal
    this.#start = start
    this.#end = end
  }

  get json(): string {
    return this.#journal.text(this.#start, this.#end)
  }
}

/** Undefined when the line is torn. */
function toBatches(line: string): readonly AppendBatch[] | undefined {
  try {
    const batches = JSON.parse(line)
    return Array.isArray(batches) ? batches : undefined // what `append` wrote
  } catch {
    return undefined
  }
}
