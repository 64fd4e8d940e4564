import { LIMITS } from './limits.ts'

/** Shorter frames hold too little to cost much. */
const HARMLESS_LENGTH = 256

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * Whether a frame holds more values, or nests them deeper, than a request may (PROTOCOL.md F2).
 * 16,000 arrays in each other fit into a frame, and parsing and judging them takes a thousand times
 * as long as any request. Reading stops at the first value over the limit.
 */
export function isFrameBeyondRequest(frame: string): boolean {
  if (frame.length <= HARMLESS_LENGTH) return false
  let depth = 0
  let values = 0
  for (let at = 0; at < frame.length; at++) {
    const unit = frame.charCodeAt(at)
    if (unit === QUOTE) {
      at = endOfText(frame, at)
    } else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
      depth++
    } else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) {
      depth--
    } else if (unit === COMMA) {
      values++
    }
    if (depth > LIMITS.requestDepth || values >= LIMITS.requestValues) return true
  }
  return false
}

/** Where the text that begins here ends: at a quotation mark without a backslash that counts. */
function endOfText(frame: string, start: number): number {
  for (let end = frame.indexOf('"', start + 1); end >= 0; end = frame.indexOf('"', end + 1)) {
    let backslashes = 0
    while (frame.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return frame.length
}
