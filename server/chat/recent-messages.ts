import { type EncodedMessages, messagePlaceIn } from '../../protocol/codec.ts'
import type { RoomId, Seq } from '../../protocol/model.ts'
import { frameTextAt } from './frame.ts'

/** Frames that follow each other in one piece of memory. */
interface Chunk {
  readonly memory: Buffer
  readonly firstSeq: Seq
  count: number
  /** Bytes taken. */
  size: number
}

/** Bytes of a chunk: as many as there are already, within these. */
const SMALLEST_CHUNK = 1024
const LARGEST_CHUNK = 64 * 1024

/**
 * The newest messages of a room, by contiguous `seq`, as the frames that its members are given: answers resumes without the
 * store. As objects they would be most of what the garbage collector has to do.
 */
export class RecentMessages {
  readonly #messagePlace: ReturnType<typeof messagePlaceIn>
  readonly #limits: { readonly messages: number; readonly bytes: number }
  #chunks: Chunk[] = []
  /** Memory of a chunk that was let go: taken anew each time, it would be work for the garbage collector too. */
  #spare: Buffer | undefined
  #count = 0
  #bytes = 0

  /** Keeps `messages`, unless those are more than `bytes` of frames; and older ones as far as they share memory with those. */
  constructor(room: RoomId, limits: { readonly messages: number; readonly bytes: number }) {
    this.#messagePlace = messagePlaceIn(room)
    this.#limits = limits
  }

  /** Keeps the `chat.chat` frames of the `count` messages that come next; `firstSeq` is the first one's. */
  keepFrames(finished: Buffer, firstSeq: Seq, count: number): void {
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

  /** All messages after `seq`, or undefined when those are not all here, or more than the limits. */
  messagesAfter(seq: Seq): EncodedMessages | undefined {
    const count = this.#endSeq - 1 - seq
    if (count > this.#limits.messages || count > this.#count) return undefined
    return this.#bytesFrom(seq + 1) > this.#limits.bytes
      ? undefined
      : this.#readMessages(seq + 1, this.#endSeq)
  }

  /** The newest `limit` messages. */
  newestMessages(limit: number): EncodedMessages {
    return this.#readMessages(this.#endSeq - limit, this.#endSeq)
  }

  /** The newest `limit` messages before `seq`, or undefined when they can't be told from memory. */
  messagesBefore(seq: Seq, limit: number): EncodedMessages | undefined {
    const firstSeq = this.#endSeq - this.#count
    const end = Math.min(seq, this.#endSeq)
    if (this.#count === 0 || (end - limit < firstSeq && firstSeq > 1)) return undefined
    return this.#readMessages(end - limit, end)
  }

  /** The `seq` that comes next. */
  get #endSeq(): Seq {
    const last = this.#chunks.at(-1)
    return last === undefined ? 1 : last.firstSeq + last.count
  }

  /** How many of `count` frames go into one chunk, and their bytes: what fills the newest or else the next, one at least. */
  #fittingFrames(finished: Buffer, count: number): { readonly size: number; readonly count: number } {
    const last = this.#chunks.at(-1)
    const free = last === undefined ? 0 : last.memory.length - last.size
    let size = frameTextAt(finished, 0).end
    const space = size <= free ? free : LARGEST_CHUNK
    if (finished.length <= space) return { size: finished.length, count }
    for (let taken = 1; taken < count; taken++) {
      const { end } = frameTextAt(finished, size)
      if (end > space) return { size, count: taken }
      size = end
    }
    return { size, count }
  }

  /** Puts `count` frames, the first one `seq`'s, into one chunk. */
  #copyIntoChunk(finished: Buffer, seq: Seq, count: number): void {
    const chunk = this.#chunkFor(finished.length, seq)
    chunk.memory.set(finished, chunk.size)
    chunk.size += finished.length
    chunk.count += count
    this.#bytes += finished.length
    this.#count += count
  }

  /** The chunk that has `size` bytes free for what begins with `seq`. */
  #chunkFor(size: number, seq: Seq): Chunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.memory.length - last.size >= size) return last
    let memory = this.#spare
    if (memory === undefined || memory.length < size) {
      // Not from the pool, where a short message would keep others' memory.
      memory = Buffer.allocUnsafeSlow(Math.max(size, SMALLEST_CHUNK, Math.min(this.#bytes, LARGEST_CHUNK)))
    } else {
      this.#spare = undefined
    }
    const chunk = { memory, firstSeq: seq, count: 0, size: 0 }
    this.#chunks.push(chunk)
    return chunk
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

  /** Bytes of the frames from `start` on that are here. */
  #bytesFrom(start: Seq): number {
    return this.#chunks.reduce((bytes, { memory, firstSeq, count, size }) => {
      const skipped = Math.min(count, Math.max(0, start - firstSeq))
      return bytes + size - framesEnd(memory, skipped)
    }, 0)
  }

  /** Of those from `start` to before `end` that are here. */
  #readMessages(start: Seq, end: Seq): EncodedMessages {
    const { fromStart, fromEnd } = this.#messagePlace
    const messages: string[] = []
    for (const { memory, firstSeq, count } of this.#chunks) {
      if (firstSeq + count <= start || firstSeq >= end) continue
      let at = 0
      for (let seq = firstSeq; seq < Math.min(end, firstSeq + count); seq++) {
        const text = frameTextAt(memory, at)
        if (seq >= start) messages.push(memory.toString('utf8', text.start + fromStart, text.end - fromEnd))
        at = text.end
      }
    }
    return messages.join()
  }
}

/** Where the first `count` frames of `finished` end. */
function framesEnd(finished: Buffer, count: number): number {
  let at = 0
  for (let passed = 0; passed < count; passed++) at = frameTextAt(finished, at).end
  return at
}
