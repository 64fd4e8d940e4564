import { encodeServerMessage } from '../../protocol/codec.ts'
import type { ChatMessage, RoomId } from '../../protocol/model.ts'

/**
 * Puts WebSocket frames into one buffer: a new text frame for each string, and each buffer as it
 * is, since it holds finished frames already. A new frame is unmasked and in one fragment, as a
 * server sends it (RFC 6455 §5.2).
 */
export function encodeFanOutFrames(parts: readonly (string | Buffer)[]): Buffer {
  const lengths: number[] = []
  let size = 0
  for (const part of parts) {
    const length = typeof part === 'string' ? Buffer.byteLength(part) : part.length
    lengths.push(length)
    size += typeof part === 'string' ? frameHeaderLength(length) + length : length
  }
  const joined = Buffer.allocUnsafe(size)
  let at = 0
  let index = 0
  for (const part of parts) {
    const length = lengths[index++] ?? 0
    if (typeof part === 'string') {
      at = writeFrameHeader(joined, at, length)
      joined.write(part, at)
    } else {
      joined.set(part, at)
    }
    at += length
  }
  return joined
}

/** Where the text of the frame at `at` begins and ends. The next frame begins where it ends. */
export function fanOutFrameTextAt(
  finished: Buffer,
  at: number,
): { readonly start: number; readonly end: number } {
  const length = finished.readUInt8(at + 1)
  if (length < 126) return { start: at + 2, end: at + 2 + length }
  if (length === 126) return { start: at + 4, end: at + 4 + finished.readUInt16BE(at + 2) }
  return { start: at + 10, end: at + 10 + Number(finished.readBigUInt64BE(at + 2)) }
}

/** Bytes of the header of a frame whose text has `length` bytes. */
const frameHeaderLength = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Bytes of the texts of all frames. */
export function frameTextBytes(finished: Buffer): number {
  let bytes = 0
  for (let at = 0; at < finished.length; ) {
    const { start, end } = fanOutFrameTextAt(finished, at)
    bytes += end - start
    at = end
  }
  return bytes
}

/** Writes the header at `at` and returns where the text begins. */
function writeFrameHeader(joined: Buffer, at: number, length: number): number {
  joined[at] = 0x81
  if (length < 126) {
    joined[at + 1] = length
    return at + 2
  }
  if (length < 65_536) {
    joined[at + 1] = 126
    return joined.writeUInt16BE(length, at + 2)
  }
  joined[at + 1] = 127
  return joined.writeBigUInt64BE(BigInt(length), at + 2)
}

/** The frames that tell a room's members these messages. Every member is written the same bytes. */
export const encodeChatFrames = (room: RoomId, messages: readonly ChatMessage[]): Buffer =>
  encodeFanOutFrames(messages.map(message => encodeServerMessage({ type: 'chat.chat', room, message })))
