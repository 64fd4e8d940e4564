import { statSync } from 'node:fs'
import type { ChatMessage, Seq } from '../../../protocol/model.ts'
import type { MessageRange } from '../../chat/chat-store.ts'
import { MessageSegment } from './message-segment.ts'
import type { OpenStoreFiles } from './open-store-files.ts'

/** A segment that has so many bytes takes no more. */
const FULL_BYTES = 1024 * 1024

/** The segments of one room, oldest first, each of them loaded. */
export class RoomSegments {
  readonly #directory: string
  readonly #segments: MessageSegment[]

  constructor(directory: string, segments: readonly MessageSegment[]) {
    this.#directory = directory
    this.#segments = [...segments]
  }

  /** The `seq` of the first message that is not stored. */
  get nextSeq(): Seq {
    return this.#segments.at(-1)?.nextSeq ?? 1
  }

  /** The `seq` of the oldest message. */
  get firstSeq(): Seq {
    return this.#segments[0]?.firstSeq ?? 1
  }

  /** Bytes of all messages. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** The segment that the next message goes to. */
  segmentToAppend(): MessageSegment {
    const last = this.#segments.at(-1)
    if (last !== undefined && last.bytes < FULL_BYTES) return last
    const segment = new MessageSegment(this.#directory, this.nextSeq)
    this.#segments.push(segment)
    return segment
  }

  /**
   * The oldest segment, when a newer one has messages too. The newest message has to stay, since
   * nothing else tells the next `seq` to a later start.
   */
  oldestSegmentToForget(): MessageSegment | undefined {
    return this.#segments.slice(1).some(({ bytes }) => bytes > 0) ? this.#segments[0] : undefined
  }

  /** The file of the oldest segment is gone. */
  removeOldestSegment(): void {
    this.#segments.shift()
  }

  /** See `ChatStore`. */
  readMessages(range: MessageRange): readonly ChatMessage[] {
    const { afterSeq = 0, beforeSeq = Number.MAX_SAFE_INTEGER, limit, from = 'newest' } = range
    let first = Math.max(afterSeq + 1, this.firstSeq)
    let last = Math.min(beforeSeq, this.nextSeq) - 1
    if (from === 'oldest') last = Math.min(last, first + limit - 1)
    else first = this.#firstOf(Math.max(first, last - limit + 1), last, range.bytes)
    return this.#segments.flatMap(segment => {
      const [start, end] = [Math.max(first, segment.firstSeq), Math.min(last, segment.nextSeq - 1)]
      return start > end ? [] : segment.readMessages(start, end)
    })
  }

  /** From where on the messages up to `last` have `bytes`; `first` if they have fewer. */
  #firstOf(first: Seq, last: Seq, bytes = Number.POSITIVE_INFINITY): Seq {
    let seq = last + 1
    for (let left = bytes; left > 0 && seq > first; seq--) {
      const segment = this.#segments.findLast(({ firstSeq }) => firstSeq < seq)
      left -= segment?.lineBytesOf(seq - 1) ?? 0
    }
    return Math.max(seq, first)
  }

  closeFiles(files: OpenStoreFiles): void {
    for (const { path } of this.#segments) files.closeFile(path)
  }
}

/** Bytes of segments that need not be loaded. */
export const segmentBytesOnDisk = (segments: readonly MessageSegment[]): number =>
  segments.reduce((sum, { path }) => sum + statSync(path).size, 0)
