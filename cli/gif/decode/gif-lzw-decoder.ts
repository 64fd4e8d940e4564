const TABLE_SIZE = 4096

/** Unpacks GIF's variable-length LZW (GIF89a, appendix F). Reuses its tables for all frames. */
export class GifLzwDecoder {
  readonly #prefix = new Uint16Array(TABLE_SIZE)
  readonly #suffix = new Uint8Array(TABLE_SIZE)
  readonly #length = new Uint16Array(TABLE_SIZE)

  /**
   * Fills `indices` from the code size and sub-blocks at `offset`. Returns how many it filled,
   * which is not all when the codes end early or are invalid. It terminates for any bytes.
   */
  decodeIndices(bytes: Uint8Array, offset: number, indices: Uint8Array): number {
    const codeSize = bytes[offset] ?? 0
    const clear = 1 << codeSize
    const end = clear + 1
    const [prefix, suffix, length] = [this.#prefix, this.#suffix, this.#length]
    for (let code = 0; code < clear; code++) {
      suffix[code] = code
      length[code] = 1
    }

    let position = offset + 1
    let blockEnd = position
    let bits = 0
    let bitCount = 0
    let width = codeSize + 1
    let next = end + 1
    let previous = -1
    let first = 0
    let filled = 0
    while (filled < indices.length) {
      while (bitCount < width) {
        if (position === blockEnd) {
          const size = bytes[position] ?? 0
          if (size === 0) return filled
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
        width = codeSize + 1
        next = end + 1
        previous = -1
        continue
      }
      if (code === end || code > next || (code === next && previous === -1)) return filled

      // A code that this very step defines means the previous string followed by its own first
      // index.
      const isNew = code === next
      let walk = isNew ? previous : code
      const count = (length[walk] ?? 1) + (isNew ? 1 : 0)
      let target = filled + count - 1
      if (isNew) {
        if (target < indices.length) indices[target] = first
        target--
      }
      for (; walk >= clear; walk = prefix[walk] ?? 0) {
        if (target < indices.length) indices[target] = suffix[walk] ?? 0
        target--
      }
      first = walk
      indices[target] = walk
      filled = Math.min(filled + count, indices.length)

      if (previous !== -1 && next < TABLE_SIZE) {
        prefix[next] = previous
        suffix[next] = first
        length[next] = (length[previous] ?? 0) + 1
        next++
        if (next === 1 << width && width < 12) width++
      }
      previous = code
    }
    return filled
  }
}
