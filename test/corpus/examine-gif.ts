import { createHash } from 'node:crypto'
import { decodeFormattedFrames } from '../../cli/gif/decode/decode-formatted-frames.ts'
import { decodeGif } from '../../cli/gif/decode/decode-gif.ts'
import type { FrameFormat } from '../../cli/gif/decode/frame-format.ts'
import { placePicture } from '../../cli/gif/decode/picture-placement.ts'
import { gifFrameMs } from '../../cli/gif/gif-animation.ts'
import { GifRefusal, type GifRefusalReason } from '../../gif/gif-refusal.ts'
import { walkGif, walkGifInPlace } from '../../gif/gif-walker.ts'
import { LIMITS } from '../../protocol/limits.ts'
import { UploadScanner } from '../../server/transport/upload-scanner.ts'
import type { JudgedFrame, Verdict } from './verdict.ts'

/** Chunks in which a file comes to the server. */
const CHUNK_BYTES = 64 * 1024
/** The cells in which it is decoded as the client does it. */
const CELLS = { width: 40, height: 40 }

/** What became of a file at the server and at a client. */
export interface Examination {
  readonly refusal?: GifRefusalReason
  readonly scanMs: number
  /** Of all frames, as half blocks. */
  readonly decodeMs: number
}

/** Scans a file as a server does, and decodes what that keeps as a client does. */
export function examineGif(bytes: Uint8Array): Examination {
  const start = performance.now()
  const kept = refusalOr(() => keptBytes(bytes))
  const scanMs = performance.now() - start
  if (typeof kept === 'string') return { refusal: kept, scanMs, decodeMs: 0 }
  const scan = walkGif(kept)
  for (const _ of decodeGif(scan, CELLS));
  return { scanMs, decodeMs: performance.now() - start - scanMs }
}

const CELL = { width: 10, height: 20 }
/** What the decoder makes of a file for the three kinds of terminals. */
const FORMATS: readonly FrameFormat[] = [
  { type: 'cells', depth: 'truecolor' },
  { type: 'images', cell: CELL, shortestMs: 66, maxBytes: 4 * 1024 * 1024 },
  {
    type: 'sixels',
    depth: 'truecolor',
    cell: CELL,
    ground: 0,
    shortestMs: 200,
    maxBytes: 16 * 1024 * 1024,
  },
]

/** Milliseconds of processor time, by kind of terminal, to scan and decode a file in the chat. */
export function costsOf(bytes: Uint8Array): Readonly<Record<string, number>> {
  return Object.fromEntries(
    FORMATS.map(format => {
      const copy = Uint8Array.from(bytes)
      const before = process.cpuUsage()
      const scan = walkGifInPlace(copy)
      const placement = placePicture(scan, { columns: 40, rows: 20 }, format)
      for (const _ of decodeFormattedFrames(scan, placement, format));
      const { user, system } = process.cpuUsage(before)
      return [format.type, (user + system) / 1_000]
    }),
  )
}

/** What gifchat shows of a file, pixel by pixel. */
export function verdictOf(bytes: Uint8Array): Verdict {
  const kept = refusalOr(() => keptBytes(bytes))
  if (typeof kept === 'string') return { refusal: kept }
  const scan = walkGif(kept)
  const frames: JudgedFrame[] = []
  for (const { pixels, delayMs } of decodeGif(scan, scan))
    frames.push({ shownMs: gifFrameMs(delayMs), hash: hashOf(pixels) })
  return { width: scan.width, height: scan.height, plays: scan.plays, frames }
}

function keptBytes(bytes: Uint8Array): Uint8Array {
  const scanner = new UploadScanner(LIMITS.gifBytes, bytes.length)
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    scanner.scanChunk(bytes.subarray(start, start + CHUNK_BYTES))
  return scanner.endScan().bytes
}

function refusalOr<Result>(work: () => Result): Result | GifRefusalReason {
  try {
    return work()
  } catch (error) {
    if (error instanceof GifRefusal) return error.reason
    throw error
  }
}

function hashOf(pixels: Uint32Array): string {
  // `0xAARRGGBB` becomes red, green, blue, alpha.
  const bytes = new Uint32Array(pixels.length)
  for (let index = 0; index < pixels.length; index++) {
    const pixel = pixels[index] ?? 0
    bytes[index] = (pixel & 0xff00ff00) | ((pixel & 0xff) << 16) | ((pixel >> 16) & 0xff)
  }
  return createHash('sha256').update(new Uint8Array(bytes.buffer)).digest('hex').slice(0, 16)
}
