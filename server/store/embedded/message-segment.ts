import { fdatasync, fdatasyncSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChatMessage, Seq } from '../../../protocol/model.ts'
import { StoreUnavailableError } from '../../chat/chat-store.ts'
import type { OpenStoreFiles } from './open-store-files.ts'
import { type Durability, withStoreFile } from './store-files.ts'

/**
 * Bytes that are read and parsed before others get their turn: it takes less than a millisecond.
 */
const SLICE_BYTES = 64 * 1024
const NEWLINE = 0x0a

/** Zeros at the front make the order of names the order of messages. */
const NAME = /^messages-(\d{12,15})\.jsonl$/
const nameOf = (firstSeq: Seq): string => `messages-${String(firstSeq).padStart(12, '0')}.jsonl`

/** A file with some of a room's messages, each a line of JSON, in order of `seq` without a hole. */
export class MessageSegment {
  readonly firstSeq: Seq
  readonly path: string
  /** Where the line of each message ends: of those that are kept, and of those just written. */
  readonly #ends: number[] = []
  #kept = 0
  /** True when the file may have more than what is kept: a torn line, or one that was refused. */
  #hasRest = false

  constructor(directory: string, firstSeq: Seq) {
    this.path = join(directory, nameOf(firstSeq))
    this.firstSeq = firstSeq
  }

  /** The segments of a room's directory that has files of these names, oldest first. */
  static segmentsIn(directory: string, names: readonly string[]): readonly MessageSegment[] {
    const seqs = names.map(name => Number(NAME.exec(name)?.[1])).filter(seq => seq > 0)
    return seqs.sort((a, b) => a - b).map(seq => new MessageSegment(directory, seq))
  }

  /** The `seq` of the next message that is written here. */
  get nextSeq(): Seq {
    return this.firstSeq + this.#kept
  }

  /** Bytes of the messages that are kept. */
  get bytes(): number {
    return this.#ends[this.#kept - 1] ?? 0
  }

  /**
   * Writes lines behind those that are kept. `keepLines` must follow; without it they are cut off
   * before the next.
   */
  writeLines(lines: Buffer, files: OpenStoreFiles, durability: Durability): void {
    const file = files.descriptorOf(this.path, this.bytes === 0)
    if (this.#hasRest) {
      ftruncateSync(file, this.bytes)
      // First, as a loss of power could mix the old bytes with the new.
      if (durability === 'power') fdatasyncSync(file)
    }
    this.#hasRest = true
    const written = writeSync(file, lines, 0, lines.length, this.bytes)
    if (written < lines.length)
      throw new StoreUnavailableError(`the disk took ${written} of ${lines.length} bytes`)
    this.#ends.length = this.#kept
    const start = this.bytes
    for (let end = 0; end < lines.length; this.#ends.push(start + end)) {
      end = lines.indexOf(NEWLINE, end) + 1
    }
  }

  /** Resolves when what was written outlives a loss of power. */
  flushLines(files: OpenStoreFiles): Promise<void> {
    const file = files.descriptorOf(this.path, false)
    return new Promise((resolve, reject) => {
      fdatasync(file, error => (error === null ? resolve() : reject(error)))
    })
  }

  keepLines(): void {
    this.#kept = this.#ends.length
    this.#hasRest = false
  }

  /** The messages from `first` to `last`, both of which are here. */
  readMessages(first: Seq, last: Seq): ChatMessage[] {
    const [start, end] = [this.#startOf(first), this.#startOf(last + 1)]
    const lines = withStoreFile(this.path, file => readBytes(file, start, end - 1)).toString()
    return lines.split('\n').map(line => JSON.parse(line) as ChatMessage) // by `noteBatch`
  }

  /** The bytes of a message's line. */
  lineBytesOf(seq: Seq): number {
    return this.#startOf(seq + 1) - this.#startOf(seq)
  }

  /**
   * Reads all messages, slice by slice, between which others get their turn. Ends at the first line
   * that is not whole; what follows is cut off before the next write.
   */
  async *loadMessages(): AsyncGenerator<readonly ChatMessage[]> {
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
   * How many lines follow those that `loadMessages` found. A loss of power can leave a part of the
   * file without its bytes.
   */
  countLostLines(): number {
    return this.#slice(Number.MAX_SAFE_INTEGER).bytes.toString('latin1').split('\n').length - 1
  }

  /** At most `length` bytes behind those that are kept. */
  #slice(length: number): { bytes: Buffer; isLast: boolean } {
    return withStoreFile(this.path, file => {
      const { size } = fstatSync(file)
      const end = Math.min(size, this.bytes + length)
      return { bytes: readBytes(file, this.bytes, end), isLast: end === size }
    })
  }

  /** Keeps the lines that `bytes` begins with, as far as they are whole and in order. */
  #take(bytes: Buffer): readonly ChatMessage[] {
    const messages: ChatMessage[] = []
    for (let start = 0; ; ) {
      const end = bytes.indexOf(NEWLINE, start)
      const message = end < 0 ? undefined : toMessage(bytes.toString('utf8', start, end))
      if (message?.seq !== this.nextSeq) return messages
      messages.push(message)
      this.#kept = this.#ends.push(this.bytes + end + 1 - start)
      start = end + 1
    }
  }

  #startOf(seq: Seq): number {
    return this.#ends[seq - this.firstSeq - 1] ?? 0
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
    return JSON.parse(line) as ChatMessage // by `writeLines`; its reader checks the `seq`
  } catch {
    return undefined
  }
}
