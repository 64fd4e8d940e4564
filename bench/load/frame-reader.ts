const NOTHING = Buffer.alloc(0)
const TEXT = 0x1

/** Takes a whole frame without a copy. `opcode` is that of RFC 6455 §5.2. */
type TakeFrame = (bytes: Buffer, start: number, end: number, opcode: number) => void

/**
 * Finds the frames in a server's bytes by their lengths alone, so that counting deliveries costs
 * next to nothing.
 */
export class FrameReader {
  readonly #take: TakeFrame
  /** The beginning of a frame whose end has not come yet. */
  #rest = NOTHING

  constructor(take: TakeFrame) {
    this.#take = take
  }

  /** Reads the first `length` of `bytes`. The caller may use the buffer again when this returns. */
  read(bytes: Buffer, length: number): void {
    if (this.#rest.length === 0) {
      this.#keep(bytes, this.#frames(bytes, length), length)
      return
    }
    const joined = Buffer.concat([this.#rest, bytes.subarray(0, length)])
    this.#rest = NOTHING
    this.#keep(joined, this.#frames(joined, joined.length), joined.length)
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    if (from < to) this.#rest = Buffer.from(bytes.subarray(from, to))
  }

  /** Where the first frame begins that is not complete yet. */
  #frames(bytes: Buffer, length: number): number {
    let at = 0
    while (at + 2 <= length) {
      let size = bytes[at + 1] ?? 0
      let start = at + 2
      if (size === 126) {
        if (at + 4 > length) break
        size = bytes.readUInt16BE(at + 2)
        start = at + 4
      } else if (size === 127) {
        if (at + 10 > length) break
        size = Number(bytes.readBigUInt64BE(at + 2))
        start = at + 10
      }
      const end = start + size
      if (end > length) break
      this.#take(bytes, start, end, (bytes[at] ?? 0) & 0x0f)
      at = end
    }
    return at
  }
}

/** A mask of zeros would spare some servers the unmasking, so it has other bytes. */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d])

/** A client's frame, masked (RFC 6455 §5.3). */
export function clientFrame(payload: string | Buffer, opcode = TEXT): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  const { length } = bytes
  if (length > 65_535) throw new Error('the load generator sends no frame that long')
  const headerLength = length < 126 ? 2 : 4
  const frame = Buffer.alloc(headerLength + 4 + length)
  frame[0] = 0x80 | opcode
  if (headerLength === 2) {
    frame[1] = 0x80 | length
  } else {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  }
  MASK.copy(frame, headerLength)
  const start = headerLength + 4
  for (let index = 0; index < length; index++) {
    frame[start + index] = (bytes[index] ?? 0) ^ (MASK[index & 3] ?? 0)
  }
  return frame
}
