import { fdatasync, fdatasyncSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChatMessage, Seq } from '../../../protocol/model.ts'
import { StoreUnavailableError } from '../../chat/chat-store.ts'
import type { OpenStoreFiles } from './open-files.ts'
import { type Durability, withStoreFile } from './private-files.ts'

/** A segment that has so many bytes takes no more. */
const FULL_BYTES = 1024 * 1024
/**
 * Bytes that are read and parsed before others get their turn: it takes less than a millisecond.
 */
const SLICE_BYTES = 64 * 1024
/**
 * Where a message begins is remembered after so many bytes: what a page of history reads too much.
 */
const MARK_BYTES = 8 * 1024
/** More than most lines have. */
const TAIL_BYTES = 8 * 1024
const NEWLINE = 0x0a

const NOTHING = { bytes: 0, messages: 0, marks: [] }

/** Zeros at the front make the order of names the order of messages. */
const NAME = /^messages-(\d{12,15})\.jsonl$/
const nameOf = (firstSeq: Seq): string => `messages-${String(firstSeq).padStart(12, '0')}.jsonl`

/** Where the line of a message begins. */
interface Mark {
  readonly seq: Seq
  readonly offset: number
}

/** A file with some of a room's messages, each a line of JSON, in order of `seq` without a hole. */
export class MessageSegment {
  readonly firstSeq: Seq
  readonly #path: string
  #nextSeq: Seq
  /** Bytes of the lines that are kept. */
  #size = 0
  /** True when the file may have more than that: a torn line, or one that was refused. */
  #hasRest = false
  readonly #marks: Mark[]
  /** What `write` has written and `keep` will keep. */
  #written: { bytes: number; messages: number; marks: readonly Mark[] } = NOTHING

  constructor(directory: string, firstSeq: Seq) {
    this.#path = join(directory, nameOf(firstSeq))
    this.firstSeq = firstSeq
    this.#nextSeq = firstSeq
    this.#marks = [{ seq: firstSeq, offset: 0 }]
  }

  /** The segments of a room's directory that has files of these names, oldest first. */
  static allOf(directory: string, names: readonly string[]): readonly MessageSegment[] {
    const seqs = names.map(name => Number(NAME.exec(name)?.[1])).filter(seq => seq > 0)
    return seqs.sort((a, b) => a - b).map(seq => new MessageSegment(directory, seq))
  }

  get path(): string {
    return this.#path
  }

  /** The `seq` of the next message that is written here. */
  get nextSeq(): Seq {
    return this.#nextSeq
  }

  /** Bytes of the messages that are kept. */
  get bytes(): number {
    return this.#size
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  get isFull(): boolean {
    return this.#size >= FULL_BYTES
  }

  /**
   * Writes lines behind those that are kept. `keep` must follow; without it they are cut off before
   * the next.
   */
  write(lines: Buffer, messages: number, files: OpenStoreFiles, durability: Durability): void {
    const file = files.get(this.#path, this.isEmpty)
    if (this.#hasRest) {
      ftruncateSync(file, this.#size)
      // First, as a loss of power could mix the old bytes with the new.
      if (durability === 'power') fdatasyncSync(file)
    }
    this.#hasRest = true
    const written = writeSync(file, lines, 0, lines.length, this.#size)
    if (written < lines.length)
      throw new StoreUnavailableError(`the disk took ${written} of ${lines.length} bytes`)
    this.#written = { bytes: lines.length, messages, marks: this.#marksIn(lines) }
  }

  /** Resolves when what was written outlives a loss of power. */
  flush(files: OpenStoreFiles): Promise<void> {
    const file = files.get(this.#path, false)
    return new Promise((resolve, reject) => {
      fdatasync(file, error => (error === null ? resolve() : reject(error)))
    })
  }

  keep(): void {
    const { bytes, messages, marks } = this.#written
    this.#mark()
    this.#marks.push(...marks)
    this.#size += bytes
    this.#nextSeq += messages
    this.#hasRest = false
    this.#written = NOTHING
  }

  /** The messages from `first` to `last`, both of which are here. */
  read(first: Seq, last: Seq): ChatMessage[] {
    const from = this.#marks.findLast(({ seq }) => seq <= first) ?? { seq: this.firstSeq, offset: 0 }
    const end = this.#marks.find(({ seq }) => seq > last)?.offset ?? this.#size
    const lines = withStoreFile(this.#path, file => readBytes(file, from.offset, end))
      .toString()
      .split('\n')
    const wanted = lines.slice(first - from.seq, last - from.seq + 1)
    return wanted.map(line => JSON.parse(line) as ChatMessage) // what `RoomDataDirectory.note` made
  }

  /**
   * From which `seq` on the lines up to `last` are sure to have `bytes`. Undefined when even all of
   * them may have fewer: `bytes` then says how many they have.
   */
  reachBack(last: Seq, bytes: number): { readonly seq: Seq | undefined; readonly bytes: number } {
    const end = this.#marks.findLast(({ seq }) => seq <= last)?.offset ?? 0
    return { seq: this.#marks.findLast(({ offset }) => offset <= end - bytes)?.seq, bytes: end }
  }

  /**
   * Reads all messages, slice by slice, between which others get their turn. Ends at the first line
   * that is not whole; what follows is cut off before the next write.
   */
  async *load(): AsyncGenerator<readonly ChatMessage[]> {
    for (let length = SLICE_BYTES; ; ) {
      const { bytes, isLast } = this.#slice(length)
      const messages = this.#take(bytes)
      if (messages.length > 0) yield messages
      else if (bytes.includes(NEWLINE)) break
      else length *= 2 // for a line that is longer
      if (isLast) break
      await nextTurn()
    }
    this.#hasRest = true
  }

  /**
   * How many lines follow those that `load` found: a loss of power can leave a part without its
   * bytes.
   */
  countLostLines(): number {
    return this.#slice(Number.MAX_SAFE_INTEGER).bytes.toString('latin1').split('\n').length - 1
  }

  /**
   * The newest `seq`, told by the end of the file; undefined when it is not as `write` leaves it.
   */
  peekLastSeq(): Seq | undefined {
    return withStoreFile(this.#path, file => {
      const { size } = fstatSync(file)
      const bytes = readBytes(file, Math.max(0, size - TAIL_BYTES), size)
      const lines = bytes
        .subarray(0, bytes.lastIndexOf(NEWLINE) + 1)
        .toString()
        .split('\n')
      if (size === 0) return this.firstSeq - 1
      return bytes.includes(0) ? undefined : toMessage(lines.at(-2) ?? '')?.seq
    })
  }

  /** At most `length` bytes behind those that are kept. */
  #slice(length: number): { bytes: Buffer; isLast: boolean } {
    return withStoreFile(this.#path, file => {
      const { size } = fstatSync(file)
      const end = Math.min(size, this.#size + length)
      return { bytes: readBytes(file, this.#size, end), isLast: end === size }
    })
  }

  /** Keeps the lines that `bytes` begins with, as far as they are whole and in order. */
  #take(bytes: Buffer): readonly ChatMessage[] {
    const messages: ChatMessage[] = []
    for (let start = 0; ; ) {
      const end = bytes.indexOf(NEWLINE, start)
      const message = end < 0 ? undefined : toMessage(bytes.toString('utf8', start, end))
      if (message?.seq !== this.#nextSeq) return messages
      this.#mark()
      messages.push(message)
      this.#size += end + 1 - start
      this.#nextSeq++
      start = end + 1
    }
  }

  /** Where messages begin in lines that are written behind those that are kept. */
  #marksIn(lines: Buffer): readonly Mark[] {
    const marks: Mark[] = []
    let marked = 0
    let seq = this.#nextSeq
    for (let at = 0; lines.length - at > MARK_BYTES; at = lines.indexOf(NEWLINE, at) + 1, seq++) {
      if (at - marked < MARK_BYTES) continue
      marks.push({ seq, offset: this.#size + at })
      marked = at
    }
    return marks
  }

  /** Remembers where the next message begins, when the last mark is far. */
  #mark(): void {
    const last = this.#marks.at(-1)
    if (last === undefined || this.#size - last.offset < MARK_BYTES) return
    this.#marks.push({ seq: this.#nextSeq, offset: this.#size })
  }
}

function readBytes(file: number, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - start)
  const read = readSync(file, bytes, 0, bytes.length, start)
  if (read < bytes.length) throw new StoreUnavailableError(`read ${read} of ${bytes.length} bytes`)
  return bytes
}

/** Undefined when the line is torn. */
function toMessage(line: string): ChatMessage | undefined {
  try {
    return JSON.parse(line) as ChatMessage // by `write`; its reader checks the `seq`
  } catch {
    return undefined
  }
}
