import { LIMITS } from '../protocol/limits.ts'
import {
  ArrivingGifBytes,
  gifAsciiText,
  gifByteAt,
  gifUint16At,
  KeptGifBytes,
  type Reader,
} from './gif-bytes.ts'
import { GifRefusal } from './gif-refusal.ts'

/** Where the parts of one frame stand in the kept bytes, and how it is shown. */
export interface GifFrame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly isInterlaced: boolean
  readonly palette: GifPalette
  /** Where the code size stands. The sub-blocks of compressed pixels follow it. */
  readonly dataOffset: number
  /** As the file states it. */
  readonly delayMs: number
  /**
   * 0 and 1 leave the frame, 2 clears its rectangle, 3 restores what was there before (GIF89a §23).
   */
  readonly disposal: number
  readonly transparentIndex: number | undefined
}

/** `size` colours of three bytes each. Red comes first. */
interface GifPalette {
  readonly offset: number
  readonly size: number
}

/** A GIF that is whole and within the limits. */
export interface GifScan {
  readonly width: number
  readonly height: number
  readonly durationMs: number
  readonly frames: readonly GifFrame[]
  /** The file without comments, without metadata and without anything after the trailer. */
  readonly bytes: Uint8Array
}

interface GraphicControl {
  readonly block: Uint8Array
  readonly delayMs: number
  readonly disposal: number
  readonly transparentIndex: number | undefined
}

const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff
const LOOP_APPLICATIONS: readonly string[] = ['NETSCAPE2.0', 'ANIMEXTS1.0']

/**
 * Walks the blocks of a GIF while its bytes arrive, and keeps what a viewer needs (PROTOCOL.md G2,
 * G3). It decodes no pixel. Both methods throw a `GifRefusal` as early as the bytes allow, and
 * after that the walker must not be used.
 */
export class GifWalker {
  readonly #input = new ArrivingGifBytes()
  readonly #reader: Reader<GifScan>
  #received = 0
  #scan: GifScan | undefined

  /** `expectedBytes` is a guess that saves copying. The file may be shorter or longer. */
  constructor(expectedBytes = 16 * 1024) {
    this.#reader = readGif(this.#input, new KeptGifBytes(expectedBytes))
  }

  walkChunk(chunk: Uint8Array): void {
    this.#received += chunk.length
    if (this.#scan === undefined) this.#read(chunk)
    if (this.#received > LIMITS.gifBytes) throw new GifRefusal('tooLarge')
  }

  /** There are no more bytes. */
  endWalk(): GifScan {
    this.#input.hasEnded = true
    if (this.#scan === undefined) this.#read(new Uint8Array(0))
    if (this.#scan === undefined) throw new GifRefusal('truncated')
    if (this.#scan.bytes.length > LIMITS.gifBytes) throw new GifRefusal('tooLarge')
    return this.#scan
  }

  #read(chunk: Uint8Array): void {
    this.#input.pushChunk(chunk)
    const step = this.#reader.next()
    if (step.done === true) this.#scan = step.value
  }
}

/** Walks a GIF whose bytes are all there. Throws a `GifRefusal`. */
export function walkGif(bytes: Uint8Array): GifScan {
  const walker = new GifWalker(bytes.length)
  walker.walkChunk(bytes)
  return walker.endWalk()
}

function* readGif(input: ArrivingGifBytes, kept: KeptGifBytes): Reader<GifScan> {
  const signature = (yield* input.waitForBytes(6)) ? input.readBytes(6) : new Uint8Array(0)
  if (!/^GIF8[79]a$/.test(gifAsciiText(signature))) throw new GifRefusal('notAGif')
  kept.appendBytes(signature)
  const screen = yield* input.takeBytes(7)
  kept.appendBytes(screen)
  const width = gifUint16At(screen, 0)
  const height = gifUint16At(screen, 2)
  if (width === 0 || height === 0) throw new GifRefusal('emptyCanvas')
  if (width > LIMITS.gifSide || height > LIMITS.gifSide) throw new GifRefusal('sideTooLong')
  const globalPalette = yield* readPalette(gifByteAt(screen, 4), input, kept)

  const frames: GifFrame[] = []
  let durationMs = 0
  let metadataBytes = 0
  let control: GraphicControl | undefined
  let hasLoop = false
  for (;;) {
    // A file may end without a trailer, but not before its first frame.
    const introducer =
      frames.length === 0 || (yield* input.waitForBytes(1)) ? yield* input.takeByte() : TRAILER
    if (introducer === TRAILER) break
    if (introducer === IMAGE) {
      if (frames.length === LIMITS.gifFrames) throw new GifRefusal('tooManyFrames')
      if ((frames.length + 1) * width * height > LIMITS.gifPixels) throw new GifRefusal('tooManyPixels')
      durationMs += control?.delayMs ?? 0
      if (durationMs > LIMITS.gifDurationMs) throw new GifRefusal('tooLong')
      frames.push(yield* readFrame({ width, height }, globalPalette, control, input, kept))
      control = undefined
      continue
    }
    if (introducer !== EXTENSION) throw new GifRefusal('badBlock')
    const label = yield* input.takeByte()
    if (label === GRAPHIC_CONTROL) {
      control = yield* readGraphicControl(input)
      continue
    }
    const extension = yield* readExtension(input, label, LIMITS.gifMetadataBytes - metadataBytes)
    metadataBytes += extension.length
    if (extension.loopCount !== undefined && !hasLoop) {
      hasLoop = true
      kept.appendBytes(loopBlock(extension.loopCount))
    }
    // A graphic control block belongs to the next picture. Plain text counts as one (GIF89a §25),
    // although no viewer draws it.
    if (label === 0x01) control = undefined
  }
  if (frames.length === 0) throw new GifRefusal('noFrames')
  kept.appendByte(TRAILER)
  return { width, height, durationMs, frames, bytes: kept.toBytes() }
}

function* readFrame(
  canvas: { readonly width: number; readonly height: number },
  globalPalette: GifPalette | undefined,
  control: GraphicControl | undefined,
  input: ArrivingGifBytes,
  kept: KeptGifBytes,
): Reader<GifFrame> {
  if (control !== undefined) kept.appendBytes(control.block)
  const descriptor = yield* input.takeBytes(9)
  kept.appendByte(IMAGE)
  kept.appendBytes(descriptor)
  const left = gifUint16At(descriptor, 0)
  const top = gifUint16At(descriptor, 2)
  const width = gifUint16At(descriptor, 4)
  const height = gifUint16At(descriptor, 6)
  const flags = gifByteAt(descriptor, 8)
  if (width === 0 || height === 0) throw new GifRefusal('emptyFrame')
  if (left + width > canvas.width || top + height > canvas.height) throw new GifRefusal('frameOutsideCanvas')
  const palette = (yield* readPalette(flags, input, kept)) ?? globalPalette
  if (palette === undefined) throw new GifRefusal('noPalette')
  const codeSize = yield* input.takeByte()
  if (codeSize < 1 || codeSize > 8) throw new GifRefusal('badCodeSize')
  const dataOffset = kept.length
  kept.appendByte(codeSize)
  yield* keepSubBlocks(input, kept)
  return {
    left,
    top,
    width,
    height,
    isInterlaced: (flags & 0x40) !== 0,
    palette,
    dataOffset,
    delayMs: control?.delayMs ?? 0,
    disposal: control?.disposal ?? 0,
    transparentIndex: control?.transparentIndex,
  }
}

function* keepSubBlocks(input: ArrivingGifBytes, kept: KeptGifBytes): Reader<void> {
  for (;;) {
    // Most of a file is read here, perhaps in blocks of one byte each. Bytes that are there are
    // read without a wait, which is faster.
    const size = input.available > 0 ? input.readByte() : yield* input.takeByte()
    kept.appendByte(size)
    if (size === 0) return
    kept.appendBytes(input.available >= size ? input.readBytes(size) : yield* input.takeBytes(size))
  }
}

function* readPalette(
  flags: number,
  input: ArrivingGifBytes,
  kept: KeptGifBytes,
): Reader<GifPalette | undefined> {
  if ((flags & 0x80) === 0) return undefined
  const size = 2 << (flags & 7)
  const offset = kept.length
  kept.appendBytes(yield* input.takeBytes(size * 3))
  return { offset, size }
}

function* readGraphicControl(input: ArrivingGifBytes): Reader<GraphicControl> {
  const body = yield* input.takeBytes(6)
  if (body[0] !== 4 || body[5] !== 0) throw new GifRefusal('badBlock')
  const flags = gifByteAt(body, 1)
  return {
    block: Uint8Array.of(EXTENSION, GRAPHIC_CONTROL, ...body),
    delayMs: gifUint16At(body, 2) * 10,
    disposal: (flags >> 2) & 7,
    transparentIndex: (flags & 1) === 0 ? undefined : gifByteAt(body, 4),
  }
}

/**
 * Reads an extension to its end without keeping it. Returns its length, and its loop count if it
 * has one.
 */
function* readExtension(
  input: ArrivingGifBytes,
  label: number,
  allowedBytes: number,
): Reader<{ length: number; loopCount?: number }> {
  let length = 0
  let isLoop = false
  let loopCount: number | undefined
  for (;;) {
    const size = yield* input.takeByte()
    if (size === 0) return loopCount === undefined ? { length } : { length, loopCount }
    const isFirst = length === 0
    length += size + 1
    if (length > allowedBytes) throw new GifRefusal('tooMuchMetadata')
    const block = yield* input.takeBytes(size)
    if (isFirst) isLoop = label === APPLICATION && LOOP_APPLICATIONS.includes(gifAsciiText(block))
    else if (isLoop && size === 3 && block[0] === 1) loopCount ??= gifUint16At(block, 1)
  }
}

function loopBlock(count: number): Uint8Array {
  const name = new TextEncoder().encode('NETSCAPE2.0')
  return Uint8Array.of(EXTENSION, APPLICATION, name.length, ...name, 3, 1, count & 0xff, count >> 8, 0)
}
