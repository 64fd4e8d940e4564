import { GifRefusal } from './gif-refusal.ts'

/** A reader of bytes. It yields while it waits for more of them. */
export type Reader<Result> = Generator<void, Result, void>

/** Bytes that have come but were not read yet. */
export class ArrivingGifBytes {
  #bytes: Uint8Array = new Uint8Array(0)
  #offset = 0
  hasEnded = false

  get available(): number {
    return this.#bytes.length - this.#offset
  }

  pushChunk(chunk: Uint8Array): void {
    if (this.available === 0) {
      this.#bytes = chunk
    } else {
      const both = new Uint8Array(this.available + chunk.length)
      both.set(this.#bytes.subarray(this.#offset))
      both.set(chunk, this.available)
      this.#bytes = both
    }
    this.#offset = 0
  }

  /** The next `count` bytes, which must be there. The view is valid until the next `pushChunk`. */
  readBytes(count: number): Uint8Array {
    this.#offset += count
    return this.#bytes.subarray(this.#offset - count, this.#offset)
  }

  /** The next byte, which must be there. */
  readByte(): number {
    return this.#bytes[this.#offset++] ?? 0
  }

  /** Waits for `count` bytes. Returns false when the file ends before that. */
  *waitForBytes(count: number): Reader<boolean> {
    while (this.available < count && !this.hasEnded) yield
    return this.available >= count
  }

  /** The next `count` bytes. Throws a `GifRefusal` when the file ends before that. */
  *takeBytes(count: number): Reader<Uint8Array> {
    if (!(yield* this.waitForBytes(count))) throw new GifRefusal('truncated')
    return this.readBytes(count)
  }

  *takeByte(): Reader<number> {
    if (!(yield* this.waitForBytes(1))) throw new GifRefusal('truncated')
    return this.readByte()
  }
}

/** The bytes to keep of a file, in one array. */
export class KeptGifBytes {
  #buffer: Uint8Array
  readonly #isInPlace: boolean
  length = 0

  /**
   * `buffer` is filled from its beginning. With `isInPlace` it holds the bytes that are read, and
   * no others are needed, since never more are kept than were read. Only a trailer that the file
   * lacks has no place there, and is left out.
   */
  constructor(buffer: Uint8Array, isInPlace = false) {
    this.#buffer = buffer
    this.#isInPlace = isInPlace
  }

  appendBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  appendByte(byte: number): void {
    this.#reserve(1)
    this.#buffer[this.length++] = byte
  }

  /** Forgets what was kept after the first `length` bytes. */
  truncateTo(length: number): void {
    this.length = length
  }

  /** Replaces bytes that were kept before. */
  replaceBytes(offset: number, bytes: ArrayLike<number>): void {
    this.#buffer.set(bytes, offset)
  }

  toBytes(): Uint8Array {
    // A copy is made only where that frees much. Otherwise it would double the memory for a while.
    const isNearlyFull = this.length >= this.#buffer.length * 0.75
    return this.#isInPlace || isNearlyFull
      ? this.#buffer.subarray(0, this.length)
      : this.#buffer.slice(0, this.length)
  }

  #reserve(count: number): void {
    if (this.#isInPlace || this.length + count <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(this.length + count, this.#buffer.length * 2))
    larger.set(this.#buffer)
    this.#buffer = larger
  }
}

export const gifByteAt = (bytes: Uint8Array, offset: number): number => bytes[offset] ?? 0

/** The two bytes at `offset` as a number. The low byte comes first. */
export const gifUint16At = (bytes: Uint8Array, offset: number): number =>
  gifByteAt(bytes, offset) | (gifByteAt(bytes, offset + 1) << 8)

/** The bytes as ASCII characters. */
export const gifAsciiText = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
