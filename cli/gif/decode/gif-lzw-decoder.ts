const TABLE_SIZE = 4096

/**
 * Unpacks GIF's variable-length LZW (GIF89a, appendix F), piece by piece. Its tables serve all
 * frames. It terminates for any bytes.
 */
export class GifLzwDecoder {
  readonly #prefix = new Uint16Array(TABLE_SIZE)
  readonly #suffix = new Uint8Array(TABLE_SIZE)
  readonly #length = new Uint16Array(TABLE_SIZE)
  /** The end of a string for which the last piece had no room. */
  readonly #rest = new Uint8Array(TABLE_SIZE)
  #restStart = 0
  #restEnd = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #position = 0
  #blockEnd = 0
  #bits = 0
  #bitCount = 0
  #codeSize = 0
  #width = 0
  #next = 0
  #previous = -1
  #first = 0
  #hasEnded = true

  /** Begins with the code size and the sub-blocks at `offset`. */
  openCodes(bytes: Uint8Array, offset: number): void {
    this.#bytes = bytes
    this.#codeSize = bytes[offset] ?? 0
    this.#position = offset + 1
    this.#blockEnd = offset + 1
    this.#bits = 0
    this.#bitCount = 0
    this.#width = this.#codeSize + 1
    this.#next = (1 << this.#codeSize) + 2
    this.#previous = -1
    this.#restStart = 0
    this.#restEnd = 0
    this.#hasEnded = false
    for (let code = 0; code < 1 << this.#codeSize; code++) {
      this.#suffix[code] = code
      this.#length[code] = 1
    }
  }

  /**
   * Fills `indices` with the next ones. Returns how many it filled. That is not all when the codes
   * end early or are invalid.
   */
  fillIndices(indices: Uint8Array): number {
    let filled = this.#takeRest(indices)
    if (this.#hasEnded || filled === indices.length) return filled
    const [bytes, prefix, suffix, length] = [this.#bytes, this.#prefix, this.#suffix, this.#length]
    const clear = 1 << this.#codeSize
    const end = clear + 1
    let position = this.#position
    let blockEnd = this.#blockEnd
    let bits = this.#bits
    let bitCount = this.#bitCount
    let width = this.#width
    let next = this.#next
    let previous = this.#previous
    let first = this.#first
    const room = indices.length
    reading: while (filled < room) {
      while (bitCount < width) {
        if (position === blockEnd) {
          const size = bytes[position] ?? 0
          if (size === 0) {
            this.#hasEnded = true
            break reading
          }
          position++
          blockEnd = position + size
        }
        bits |= (bytes[position++] ?? 0) << bitCount
        bitCount += 8
      }
      const code = bits & ((1 << width) - 1)
      bits >>>= width
      bitCount -= width

      if (code === clear) {
        width = this.#codeSize + 1
        next = end + 1
        previous = -1
        continue
      }
      if (code === end || code > next || (code === next && previous === -1)) {
        this.#hasEnded = true
        break
      }

      // A code that this very step defines means the previous string followed by its own first
      // index.
      const isNew = code === next
      let walk = isNew ? previous : code
      const count = (length[walk] ?? 1) + (isNew ? 1 : 0)
      let target = filled + count - 1
      if (target >= room) {
        this.#restStart = 0
        this.#restEnd = target + 1 - room
      }
      if (isNew) {
        if (target >= room) this.#rest[target - room] = first
        else indices[target] = first
        target--
      }
      for (; target >= room; walk = prefix[walk] ?? 0) this.#rest[target-- - room] = suffix[walk] ?? 0
      for (; walk >= clear; walk = prefix[walk] ?? 0) indices[target--] = suffix[walk] ?? 0
      first = walk
      indices[target] = walk
      filled = Math.min(filled + count, room)

      if (previous !== -1 && next < TABLE_SIZE) {
        prefix[next] = previous
        suffix[next] = first
        length[next] = (length[previous] ?? 0) + 1
        next++
      }
      // With a code size of 1 this is so before the first entry.
      if (next === 1 << width && width < 12) width++
      previous = code
    }
    this.#position = position
    this.#blockEnd = blockEnd
    this.#bits = bits
    this.#bitCount = bitCount
    this.#width = width
    this.#next = next
    this.#previous = previous
    this.#first = first
    return filled
  }

  #takeRest(indices: Uint8Array): number {
    const count = Math.min(this.#restEnd - this.#restStart, indices.length)
    indices.set(this.#rest.subarray(this.#restStart, this.#restStart + count))
    this.#restStart += count
    return count
  }
}
