import { closeSync, fdatasyncSync, ftruncateSync, readFileSync, writeSync } from 'node:fs'
import type { RoomId, Seq } from '../../../protocol/model.ts'
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

  /** Takes over `file`, a descriptor to read and write. */
  constructor(file: number, durability: Durability) {
    this.#file = file
    this.#durability = durability
  }

  /** True when what is here should go to the tables. */
  get isFull(): boolean {
    return this.#size >= FULL_BYTES
  }

  /** What a server before this one left, in order; to be called before anything else is. */
  read(): readonly AppendBatch[] {
    return this.#use(file => {
      const bytes = readFileSync(file)
      // What comes after the last newline is not whole.
      this.#size = bytes.lastIndexOf('\n') + 1
      // A line that a killed server wrote and did not flush is about to be taken for durable.
      if (this.#durability === 'power' && this.#size > 0) fdatasyncSync(file)
      return bytes.toString('utf8', 0, this.#size).split('\n').flatMap(toBatches)
    })
  }

  /** Writes all entries or none of them; throws `StoreUnavailableError`. */
  append(entries: readonly JournalEntry[]): void {
    const line = Buffer.from(`[${entries.map(toJson).join()}]\n`)
    this.#use(file => {
      const written = writeSync(file, line, 0, line.length, this.#size)
      if (written < line.length) throw new Error(`took ${written} of ${line.length} bytes`)
      if (this.#durability === 'power') fdatasyncSync(file)
    })
    this.#size += line.length
  }

  /** Forgets everything, once it is in the tables; throws `StoreUnavailableError`. */
  clear(): void {
    this.#use(file => ftruncateSync(file))
    this.#size = 0
  }

  close(): void {
    this.#use(file => {
      this.#file = undefined
      closeSync(file)
    })
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

const toJson = ({ room, firstSeq, segments }: JournalEntry): string =>
  `{"room":${JSON.stringify(room)},"firstSeq":${firstSeq},"messages":[${segments.map(({ json }) => json).join()}]}`

/** None when the line was torn: a loss of power can leave the end of the file without its bytes. */
function toBatches(line: string): readonly AppendBatch[] {
  try {
    const batches = JSON.parse(line)
    return Array.isArray(batches) ? batches : [] // what `append` wrote
  } catch {
    return []
  }
}
