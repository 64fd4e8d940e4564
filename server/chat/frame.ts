/**
 * Finished, unmasked, unfragmented text frames as a server sends them (RFC 6455 §5.2), one for each text, in one buffer:
 * made once, written to every member as they are.
 */
export function frameTexts(texts: readonly string[]): Buffer {
  const lengths = texts.map(text => Buffer.byteLength(text))
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headerLength(length) + length, 0))
  let at = 0
  lengths.forEach((length, index) => {
    at = writeHeader(frames, at, length)
    at += frames.write(texts[index] ?? '', at)
  })
  return frames
}

/** Bytes before the text of a frame that holds `length` bytes of it. */
const headerLength = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Returns where the text begins. */
function writeHeader(frames: Buffer, at: number, length: number): number {
  frames[at] = 0x81
  if (length < 126) {
    frames[at + 1] = length
    return at + 2
  }
  if (length < 65_536) {
    frames[at + 1] = 126
    return frames.writeUInt16BE(length, at + 2)
  }
  frames[at + 1] = 127
  return frames.writeBigUInt64BE(BigInt(length), at + 2)
}
