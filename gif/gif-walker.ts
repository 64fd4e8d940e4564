import { LIMITS } from '../protocol/limits.ts'
import { GifBlockReader } from './gif-block-reader.ts'
import { GIF_BLOCK, type GifFrame, readGifPalette } from './gif-blocks.ts'
import { ArrivingGifBytes, gifByteAt, gifUint16At, KeptGifBytes, type Reader } from './gif-bytes.ts'
import { type GifLimits, gifLimits, refuseGifSize } from './gif-limits.ts'
import { GifRefusal, type GifRefusalReason } from './gif-refusal.ts'
import { readGifSignature } from './gif-signature.ts'

/** A GIF within the limits. */
export interface GifScan {
  readonly width: number
  readonly height: number
  readonly durationMs: number
  /** How often it plays; 0 is for ever. */
  readonly plays: number
  readonly frames: readonly GifFrame[]
  /** The file without comments, without metadata and without anything after the trailer. */
  readonly bytes: Uint8Array
}

/**
 * Walks the blocks of a GIF while its bytes arrive, and keeps what a viewer needs (PROTOCOL.md G2,
 * G3). It decodes no pixel. Both methods throw a `GifRefusal` as early as the bytes allow, and
 * after that the walker must not be used.
 */
export class GifWalker {
  readonly #input = new ArrivingGifBytes()
  readonly #mostBytes: number
  readonly #reader: Reader<GifScan>
  #received = 0
  #scan: GifScan | undefined

  constructor(limits: GifLimits, kept: KeptGifBytes) {
    this.#mostBytes = limits.bytes
    this.#reader = readGif(limits, this.#input, kept)
  }

  walkChunk(chunk: Uint8Array): void {
    this.#received += chunk.length
    if (this.#scan === undefined) this.#read(chunk)
    if (this.#received > this.#mostBytes) throw new GifRefusal('tooLarge')
  }

  /** There are no more bytes. */
  endWalk(): GifScan {
    this.#input.hasEnded = true
    if (this.#scan === undefined) this.#read(new Uint8Array(0))
    if (this.#scan === undefined) throw new GifRefusal('truncated')
    if (this.#scan.bytes.length > this.#mostBytes) throw new GifRefusal('tooLarge')
    return this.#scan
  }

  #read(chunk: Uint8Array): void {
    this.#input.pushChunk(chunk)
    const step = this.#reader.next()
    if (step.done === true) this.#scan = step.value
  }
}

const SIGNATURE_BYTES = 6
const SCREEN_BYTES = 7

/** After a whole frame, these are no reason to refuse a file. */
const DAMAGES: ReadonlySet<GifRefusalReason> = new Set(['truncated', 'badBlock', 'badCodeSize'])

/** Of a file that came from a server. How many bytes that server takes is not known any more. */
const DOWNLOADED = gifLimits(LIMITS.gifBytesHighest)

/** Walks a GIF whose bytes are all there. Throws a `GifRefusal`. */
export function walkGif(bytes: Uint8Array, limits: GifLimits = DOWNLOADED): GifScan {
  return walkWhole(bytes, limits, new KeptGifBytes(new Uint8Array(bytes.length)))
}

/** Does the same in the memory of `bytes`, which are the scan's from then on. */
export function walkGifInPlace(bytes: Uint8Array, limits: GifLimits = DOWNLOADED): GifScan {
  return walkWhole(bytes, limits, new KeptGifBytes(bytes, true))
}

function walkWhole(bytes: Uint8Array, limits: GifLimits, kept: KeptGifBytes): GifScan {
  const walker = new GifWalker(limits, kept)
  walker.walkChunk(bytes)
  return walker.endWalk()
}

function* readGif(limits: GifLimits, input: ArrivingGifBytes, kept: KeptGifBytes): Reader<GifScan> {
  kept.appendBytes(yield* readGifSignature(input))
  const screen = yield* input.takeBytes(SCREEN_BYTES)
  const size = { width: gifUint16At(screen, 0), height: gifUint16At(screen, 2) }
  refuseGifSize(size, limits)
  const flags = gifByteAt(screen, 4)
  kept.appendBytes(screen)
  const globalPalette = yield* readGifPalette(flags, input, kept)
  const blocks = new GifBlockReader(limits, size, globalPalette, input, kept)
  // Browsers show what came before a file is cut off or goes wrong.
  let isWhole = true
  let end = kept.length
  try {
    while (yield* blocks.readBlock()) end = kept.length
  } catch (error) {
    if (!(error instanceof GifRefusal) || !DAMAGES.has(error.reason)) throw error
    if (blocks.frames.length === 0) throw error
    isWhole = false
  }
  if (!isWhole) kept.truncateTo(end)
  const { width, height, frames, durationMs, plays } = blocks
  if (frames.length === 0) throw new GifRefusal('noFrames')
  kept.replaceBytes(SIGNATURE_BYTES, [width & 0xff, width >> 8, height & 0xff, height >> 8])
  kept.appendByte(GIF_BLOCK.trailer)
  return { width, height, durationMs, plays, frames, bytes: kept.toBytes() }
}
