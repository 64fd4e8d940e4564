import { LIMITS } from '../protocol/limits.ts'
import {
  GIF_BLOCK,
  type GifFrame,
  type GraphicControl,
  gifLoopBlock,
  readExtension,
  readFrame,
  readFrameArea,
  readGraphicControl,
  readPalette,
} from './gif-blocks.ts'
import { ArrivingGifBytes, gifByteAt, gifUint16At, KeptGifBytes, type Reader } from './gif-bytes.ts'
import { GifRefusal } from './gif-refusal.ts'
import { readGifSignature } from './gif-signature.ts'

/** A GIF that is whole and within the limits. */
export interface GifScan {
  readonly width: number
  readonly height: number
  readonly durationMs: number
  readonly frames: readonly GifFrame[]
  /** The file without comments, without metadata and without anything after the trailer. */
  readonly bytes: Uint8Array
}

/** The most that a GIF may have, of all that costs something (PROTOCOL.md G3). */
export interface GifLimits {
  /** Bytes of the file. */
  readonly bytes: number
  /** Pixels a side of the canvas. */
  readonly side: number
  readonly frames: number
  /** Pixels that all frames draw together, each in its own rectangle. */
  readonly pixels: number
}

/** The limits of a server, whose operator decides about the bytes. */
export const gifLimits = (bytes: number): GifLimits => ({
  bytes,
  side: LIMITS.gifSide,
  frames: LIMITS.gifFrames,
  pixels: LIMITS.gifPixels,
})

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
  const screen = yield* input.takeBytes(7)
  kept.appendBytes(screen)
  const width = gifUint16At(screen, 0)
  const height = gifUint16At(screen, 2)
  if (width === 0 || height === 0) throw new GifRefusal('emptyCanvas')
  if (width > limits.side || height > limits.side) throw new GifRefusal('sideTooLong')
  const globalPalette = yield* readPalette(gifByteAt(screen, 4), input, kept)

  const frames: GifFrame[] = []
  let durationMs = 0
  let pixels = 0
  let control: GraphicControl | undefined
  let hasLoop = false
  for (;;) {
    // A file may end without a trailer, but not before its first frame.
    const introducer =
      frames.length === 0 || (yield* input.waitForBytes(1)) ? yield* input.takeByte() : GIF_BLOCK.trailer
    if (introducer === GIF_BLOCK.trailer) break
    if (introducer === GIF_BLOCK.image) {
      if (frames.length === limits.frames) throw new GifRefusal('tooManyFrames')
      if (control !== undefined) kept.appendBytes(control.block)
      const area = yield* readFrameArea(input, kept)
      if (area.width === 0 || area.height === 0) throw new GifRefusal('emptyFrame')
      if (area.left + area.width > width || area.top + area.height > height)
        throw new GifRefusal('frameOutsideCanvas')
      pixels += area.width * area.height
      if (pixels > limits.pixels) throw new GifRefusal('tooManyPixels')
      frames.push(yield* readFrame(area, globalPalette, control, input, kept))
      durationMs += control?.delayMs ?? 0
      control = undefined
      continue
    }
    if (introducer !== GIF_BLOCK.extension) throw new GifRefusal('badBlock')
    const label = yield* input.takeByte()
    if (label === GIF_BLOCK.graphicControl) {
      control = yield* readGraphicControl(input)
      continue
    }
    const loopCount = yield* readExtension(input, label)
    if (loopCount !== undefined && !hasLoop) {
      hasLoop = true
      kept.appendBytes(gifLoopBlock(loopCount))
    }
    // A graphic control block belongs to the next picture. Plain text counts as one (GIF89a §25),
    // although no viewer draws it.
    if (label === GIF_BLOCK.plainText) control = undefined
  }
  if (frames.length === 0) throw new GifRefusal('noFrames')
  kept.appendByte(GIF_BLOCK.trailer)
  return { width, height, durationMs, frames, bytes: kept.toBytes() }
}
