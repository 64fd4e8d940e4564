import { type Types, trusted } from 'mongoose'
import type { StoredGif } from '../../chat/chat-store.ts'
import { RoomGoneError } from '../../chat/chat-store.ts'
import { FewAtOnce } from '../../turns/few-at-once.ts'
import { callMongo, callMongoTwice } from './call-mongo.ts'
import type { Models } from './models.ts'

/** Bytes of a chunk, as GridFS has them. */
const CHUNK_BYTES = 255 * 1024
/** Chunks that are written or read with one call: some 1 MiB. */
const CHUNKS_TOGETHER = 4
const PART_BYTES = CHUNKS_TOGETHER * CHUNK_BYTES
/** Calls with bytes at once. The other connections are for what people say. */
const CALLS_AT_ONCE = 4

/** The bytes of GIFs, in chunks. All of them are written and read with a few connections. */
export class MongoGifChunks {
  readonly #Chunk: Models['Chunk']
  readonly #atOnce = new FewAtOnce(CALLS_AT_ONCE)

  constructor(Chunk: Models['Chunk']) {
    this.#Chunk = Chunk
  }

  async writeBytes(file: Types.ObjectId, bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += PART_BYTES) {
      const part = Buffer.from(
        bytes.buffer,
        bytes.byteOffset + start,
        Math.min(PART_BYTES, bytes.length - start),
      )
      const chunks = Array.from({ length: Math.ceil(part.length / CHUNK_BYTES) }, (_, index) => ({
        files_id: file,
        n: start / CHUNK_BYTES + index,
        data: part.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
      }))
      await this.#atOnce.takePlace(() => callMongo(() => this.#Chunk.insertMany(chunks, { lean: true })))
    }
  }

  /** Has read the first part when it resolves. Undefined when there are no bytes. */
  async readBytes(file: Types.ObjectId, length: number): Promise<StoredGif | undefined> {
    const first = await this.#readPart(file, 0)
    if (first.length !== Math.min(PART_BYTES, length)) return undefined
    return { bytes: length, parts: this.#readParts(file, length, first) }
  }

  async *#readParts(file: Types.ObjectId, length: number, first: Uint8Array): AsyncIterable<Uint8Array> {
    yield first
    for (let start = PART_BYTES; start < length; start += PART_BYTES) {
      const part = await this.#readPart(file, start)
      if (part.length !== Math.min(PART_BYTES, length - start))
        throw new RoomGoneError('a GIF has gone while it was read')
      yield part
    }
  }

  async #readPart(file: Types.ObjectId, start: number): Promise<Uint8Array> {
    const n = start / CHUNK_BYTES
    const find = () =>
      this.#Chunk
        .find({ files_id: file, n: trusted({ $gte: n, $lt: n + CHUNKS_TOGETHER }) })
        .sort({ n: 1 })
        .lean()
    const chunks = await this.#atOnce.takePlace(() => callMongoTwice(find))
    // The driver's type for binary data has the bytes in a buffer.
    return Buffer.concat(chunks.map(({ data }) => data.buffer as unknown as Uint8Array))
  }
}
