const MOST_CODES = 4096
/** Twice the codes and a power of two, so that a free place is found fast. */
const TABLE_SIZE = 16_384
const BLOCK_BYTES = 255

/**
 * Packs indices with GIF's variable-length LZW (GIF89a, appendix F). Its table serves all frames.
 */
export class GifLzwEncoder {
  /** For a string's code and the index that follows: their key, and the longer string's code. */
  readonly #keys = new Int32Array(TABLE_SIZE)
  readonly #codes = new Uint16Array(TABLE_SIZE)
  #bytes = new Uint8Array(64 * 1024)
  #length = 0
  /** Where the length of the sub-block that is being filled stands. */
  #blockStart = 0
  #bits = 0
  #bitCount = 0

  /** The code size and the sub-blocks of a frame, valid until the next call. */
  encodeIndices(indices: Uint8Array, colors: number): Uint8Array {
    const codeSize = Math.max(2, Math.ceil(Math.log2(colors)))
    const clear = 1 << codeSize
    this.#length = 0
    this.#bits = 0
    this.#bitCount = 0
    this.#appendByte(codeSize)
    this.#blockStart = this.#length
    this.#appendByte(0)

    let width = codeSize + 1
    let next = clear + 2
    this.#keys.fill(-1)
    this.#putCode(clear, width)
    let code = indices[0] ?? 0
    for (let at = 1; at < indices.length; at++) {
      const index = indices[at] ?? 0
      const key = (code << 8) | index
      const place = this.#placeOf(key)
      if (this.#keys[place] === key) {
        code = this.#codes[place] ?? 0
        continue
      }
      this.#putCode(code, width)
      if (next < MOST_CODES) {
        this.#keys[place] = key
        this.#codes[place] = next
        if (next === 1 << width) width++
        next++
      } else {
        this.#putCode(clear, width)
        this.#keys.fill(-1)
        width = codeSize + 1
        next = clear + 2
      }
      code = index
    }
    this.#putCode(code, width)
    // The reader adds each entry one code later, so the end code may need one more bit.
    if (next === 1 << width && width < 12) width++
    this.#putCode(clear + 1, width)
    if (this.#bitCount > 0) this.#putDataByte(this.#bits & 0xff)
    this.#endData()
    return this.#bytes.subarray(0, this.#length)
  }

  /** Where `key` stands, or where it belongs. The table is never full. */
  #placeOf(key: number): number {
    let place = (Math.imul(key, 0x9e3779b1) >>> 16) & (TABLE_SIZE - 1)
    for (;;) {
      const found = this.#keys[place]
      if (found === key || found === -1) return place
      place = (place + 1) & (TABLE_SIZE - 1)
    }
  }

  #putCode(code: number, width: number): void {
    this.#bits |= code << this.#bitCount
    this.#bitCount += width
    for (; this.#bitCount >= 8; this.#bitCount -= 8) {
      this.#putDataByte(this.#bits & 0xff)
      this.#bits >>>= 8
    }
  }

  #putDataByte(byte: number): void {
    if (this.#length - this.#blockStart > BLOCK_BYTES) {
      this.#bytes[this.#blockStart] = BLOCK_BYTES
      this.#blockStart = this.#length
      this.#appendByte(0)
    }
    this.#appendByte(byte)
  }

  #endData(): void {
    this.#bytes[this.#blockStart] = this.#length - this.#blockStart - 1
    if (this.#length - this.#blockStart > 1) this.#appendByte(0)
  }

  #appendByte(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#length++] = byte
  }
}
