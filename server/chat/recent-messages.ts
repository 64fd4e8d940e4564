import { type EncodedMessages, messagePlaceInFrame } from '../../protocol/codec.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { RoomId, Seq } from '../../protocol/model.ts'
import { fanOutFrameTextAt } from './fan-out-frames.ts'

/** What somebody who joins has to be told. */
export interface Missed {
  /** In order of `seq`. */
  readonly messages: EncodedMessages
  readonly lastSeq: Seq
  /** True when messages before these were missed as well. */
  readonly gap: boolean
}

/** Frames that follow each other in one buffer. */
interface Chunk {
  readonly memory: Buffer
  readonly firstSeq: Seq
  count: number
  /** Bytes in use. */
  size: number
}

/** Where a message is. */
interface Place {
  readonly memory: Buffer
  readonly start: number
  readonly end: number
}

/**
 * What a room keeps: all that a resume is answered with, and more bytes of it than one answer has,
 * so that people who read back a little do not cost the store.
 */
export const RECENT_LIMITS = { messages: LIMITS.resumeMessages, bytes: 2.5 * 1024 * 1024 } as const

/** A new chunk has as many bytes as the room has frames already, within these bounds. */
const SMALLEST_CHUNK = 1024
const LARGEST_CHUNK = 64 * 1024

/**
 * The newest messages of a room, in order of their contiguous `seq`. A resume is answered from
 * here, without the store. Messages are kept as the frames that members were sent: kept as objects,
 * they would be most of the garbage collector's work.
 */
export class RecentMessages {
  readonly #messagePlace: ReturnType<typeof messagePlaceInFrame>
  readonly #limits: { readonly messages: number; readonly bytes: number }
  #chunks: Chunk[] = []
  /** The buffer of a chunk that was dropped. It is used again to spare the garbage collector. */
  #spare: Buffer | undefined
  #count = 0
  #bytes = 0

  /**
   * At least `messages` are kept, unless they are more than `bytes` of frames. Older ones may stay
   * while they share a chunk with those.
   */
  constructor(room: RoomId, limits: { readonly messages: number; readonly bytes: number }) {
    this.#messagePlace = messagePlaceInFrame(room)
    this.#limits = limits
  }

  /** Keeps the `chat.chat` frames of the next `count` messages. The first has `firstSeq`. */
  keepFrames(finished: Buffer, firstSeq: Seq, count: number): void {
    // The store has forgotten messages that were not read from it yet.
    if (firstSeq !== this.#endSeq) this.#dropAll()
    let rest = finished
    let seq = firstSeq
    for (let left = count; left > 0; ) {
      const fitting = this.#fittingFrames(rest, left)
      this.#copyIntoChunk(rest.subarray(0, fitting.size), seq, fitting.count)
      rest = rest.subarray(fitting.size)
      seq += fitting.count
      left -= fitting.count
    }
    this.#dropOldChunks()
  }

  /**
   * All messages after `seq`. Undefined when some of them are not here, or they are over the
   * limits: those of the constructor, or `bytes`.
   */
  messagesAfter(seq: Seq, bytes: number): EncodedMessages | undefined {
    const count = this.#endSeq - 1 - seq
    if (count > this.#limits.messages || count > this.#count) return undefined
    if (this.#bytesFrom(seq + 1) > bytes) return undefined
    return this.#readMessages(this.#findMessages(seq + 1, this.#endSeq))
  }

  /** The newest `limit` messages, or as many of them as `bytes` allows: one at least. */
  newestMessages(limit: number, bytes: number): EncodedMessages {
    return this.#readMessages(newestWithin(this.#findMessages(this.#endSeq - limit, this.#endSeq), bytes))
  }

  /**
   * The newest `limit` messages before `seq`, or as many of them as `bytes` allows: one at least.
   * Undefined when some of them are not here.
   */
  messagesBefore(seq: Seq, limit: number, bytes: number): EncodedMessages | undefined {
    const firstSeq = this.#endSeq - this.#count
    const end = Math.min(seq, this.#endSeq)
    const found = this.#findMessages(end - limit, end)
    const newest = newestWithin(found, bytes)
    const isWhole = newest.length < found.length || end - limit >= firstSeq || firstSeq === 1
    return this.#count > 0 && isWhole ? this.#readMessages(newest) : undefined
  }

  /** The `seq` of the next message. */
  get #endSeq(): Seq {
    const last = this.#chunks.at(-1)
    return last === undefined ? 1 : last.firstSeq + last.count
  }

  /**
   * How many of the `count` frames go into one chunk, and their bytes. They fill the newest chunk,
   * or a new one when not even the first fits there. It is always one frame at least.
   */
  #fittingFrames(finished: Buffer, count: number): { readonly size: number; readonly count: number } {
    const last = this.#chunks.at(-1)
    const free = last === undefined ? 0 : last.memory.length - last.size
    let size = fanOutFrameTextAt(finished, 0).end
    const space = size <= free ? free : LARGEST_CHUNK
    if (finished.length <= space) return { size: finished.length, count }
    for (let taken = 1; taken < count; taken++) {
      const { end } = fanOutFrameTextAt(finished, size)
      if (end > space) return { size, count: taken }
      size = end
    }
    return { size, count }
  }

  /** Copies `count` frames into one chunk. The first is that of `seq`. */
  #copyIntoChunk(finished: Buffer, seq: Seq, count: number): void {
    const chunk = this.#chunkFor(finished.length, seq)
    chunk.memory.set(finished, chunk.size)
    chunk.size += finished.length
    chunk.count += count
    this.#bytes += finished.length
    this.#count += count
  }

  /** The newest chunk if it has `size` bytes free, or else a new one that begins with `seq`. */
  #chunkFor(size: number, seq: Seq): Chunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.memory.length - last.size >= size) return last
    let memory = this.#spare
    if (memory === undefined || memory.length < size) {
      // Not from the buffer pool, where one kept message could hold on to memory of others.
      memory = Buffer.allocUnsafeSlow(Math.max(size, SMALLEST_CHUNK, Math.min(this.#bytes, LARGEST_CHUNK)))
    } else {
      this.#spare = undefined
    }
    const chunk = { memory, firstSeq: seq, count: 0, size: 0 }
    this.#chunks.push(chunk)
    return chunk
  }

  #dropAll(): void {
    this.#chunks = []
    this.#count = 0
    this.#bytes = 0
  }

  #dropOldChunks(): void {
    const { messages, bytes } = this.#limits
    for (;;) {
      const [oldest] = this.#chunks
      if (oldest === undefined) return
      if (this.#count - oldest.count < messages && this.#bytes - oldest.size < bytes) return
      this.#chunks.shift()
      if (oldest.memory.length === LARGEST_CHUNK) this.#spare = oldest.memory
      this.#count -= oldest.count
      this.#bytes -= oldest.size
    }
  }

  /** Bytes of the frames here from `start` on. */
  #bytesFrom(start: Seq): number {
    return this.#chunks.reduce((bytes, { memory, firstSeq, count, size }) => {
      const skipped = Math.min(count, Math.max(0, start - firstSeq))
      return bytes + size - framesEnd(memory, skipped)
    }, 0)
  }

  /** The messages here from `start` up to, but without, `end`. */
  #findMessages(start: Seq, end: Seq): readonly Place[] {
    const { fromStart, fromEnd } = this.#messagePlace
    const places: Place[] = []
    for (const { memory, firstSeq, count } of this.#chunks) {
      if (firstSeq + count <= start || firstSeq >= end) continue
      let at = 0
      for (let seq = firstSeq; seq < Math.min(end, firstSeq + count); seq++) {
        const text = fanOutFrameTextAt(memory, at)
        if (seq >= start) places.push({ memory, start: text.start + fromStart, end: text.end - fromEnd })
        at = text.end
      }
    }
    return places
  }

  #readMessages(places: readonly Place[]): EncodedMessages {
    return places.map(({ memory, start, end }) => memory.toString('utf8', start, end)).join()
  }
}

/** The last of `places`: as many as have `bytes` together with their commas, and one at least. */
function newestWithin(places: readonly Place[], bytes: number): readonly Place[] {
  let left = bytes
  const tooMuch = places.findLastIndex(({ start, end }, index) => {
    left -= end - start + ','.length
    return left < 0 && index < places.length - 1
  })
  return places.slice(tooMuch + 1)
}

/** Where the first `count` frames of `finished` end. */
function framesEnd(finished: Buffer, count: number): number {
  let at = 0
  for (let passed = 0; passed < count; passed++) at = fanOutFrameTextAt(finished, at).end
  return at
}
