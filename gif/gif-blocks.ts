import {
  type ArrivingGifBytes,
  gifAsciiText,
  gifByteAt,
  gifUint16At,
  type KeptGifBytes,
  type Reader,
} from './gif-bytes.ts'
import { GifRefusal } from './gif-refusal.ts'

/**
 * Where the parts of one frame stand in the kept bytes, and how it is shown. It may be empty, and
 * it may reach beyond the canvas, as browsers allow.
 */
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
   * 2 clears its rectangle, 3 restores what was there before, all others leave the frame (GIF89a
   * §23).
   */
  readonly disposal: number
  readonly transparentIndex: number | undefined
}

/** `size` colours of three bytes each. Red comes first. All other indexes are black. */
export interface GifPalette {
  readonly offset: number
  readonly size: number
}

/** What a graphic control block says of the next frame. */
export interface GraphicControl {
  readonly block: Uint8Array
  readonly delayMs: number
  readonly disposal: number
  readonly transparentIndex: number | undefined
}

/** What an image descriptor says of its frame. */
export interface GifFrameArea {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly isInterlaced: boolean
  readonly flags: number
}

export const GIF_BLOCK = {
  extension: 0x21,
  image: 0x2c,
  trailer: 0x3b,
  graphicControl: 0xf9,
  application: 0xff,
} as const

const LOOP_APPLICATIONS: readonly string[] = ['NETSCAPE2.0', 'ANIMEXTS1.0']

export function* readGifFrameArea(input: ArrivingGifBytes, kept: KeptGifBytes): Reader<GifFrameArea> {
  const descriptor = yield* input.takeBytes(9)
  const flags = gifByteAt(descriptor, 8)
  const area = {
    left: gifUint16At(descriptor, 0),
    top: gifUint16At(descriptor, 2),
    width: gifUint16At(descriptor, 4),
    height: gifUint16At(descriptor, 6),
    isInterlaced: (flags & 0x40) !== 0,
    flags,
  }
  // In place, the bytes just read may be overwritten from here on.
  kept.appendByte(GIF_BLOCK.image)
  kept.appendBytes(descriptor)
  return area
}

/** Where neither the file nor the frame has a palette. Browsers show such a frame in black. */
const NO_PALETTE: GifPalette = { offset: 0, size: 0 }

/** Reads what follows an image descriptor: the palette and the compressed pixels. */
export function* readGifFrame(
  { flags, ...area }: GifFrameArea,
  globalPalette: GifPalette | undefined,
  control: GraphicControl | undefined,
  input: ArrivingGifBytes,
  kept: KeptGifBytes,
): Reader<GifFrame> {
  const palette = (yield* readGifPalette(flags, input, kept)) ?? globalPalette ?? NO_PALETTE
  const codeSize = yield* input.takeByte()
  if (codeSize < 1 || codeSize > 8) throw new GifRefusal('badCodeSize')
  const dataOffset = kept.length
  kept.appendByte(codeSize)
  yield* keepSubBlocks(input, kept)
  return {
    ...area,
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

export function* readGifPalette(
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

export function* readGifGraphicControl(input: ArrivingGifBytes): Reader<GraphicControl> {
  const body = yield* input.takeBytes(6)
  if (body[0] !== 4 || body[5] !== 0) throw new GifRefusal('badBlock')
  const flags = gifByteAt(body, 1)
  const disposal = (flags >> 2) & 7
  return {
    block: Uint8Array.of(GIF_BLOCK.extension, GIF_BLOCK.graphicControl, ...body),
    delayMs: gifUint16At(body, 2) * 10,
    // An old name of 3, which some programs still write.
    disposal: disposal === 4 ? 3 : disposal,
    transparentIndex: (flags & 1) === 0 ? undefined : gifByteAt(body, 4),
  }
}

/**
 * Reads an extension to its end without keeping it. Returns its loop count if it has one, which
 * stands right behind its name.
 */
export function* readGifExtension(input: ArrivingGifBytes, label: number): Reader<number | undefined> {
  let isLoop = false
  let loopCount: number | undefined
  for (let part = 0; ; part++) {
    const size = input.available > 0 ? input.readByte() : yield* input.takeByte()
    if (size === 0) return loopCount
    const block = input.available >= size ? input.readBytes(size) : yield* input.takeBytes(size)
    if (part === 0)
      isLoop = label === GIF_BLOCK.application && LOOP_APPLICATIONS.includes(gifAsciiText(block))
    else if (part === 1 && isLoop && size === 3 && block[0] === 1) loopCount = gifUint16At(block, 1)
  }
}

export function gifLoopBlock(count: number): Uint8Array {
  const name = new TextEncoder().encode('NETSCAPE2.0')
  return Uint8Array.of(
    GIF_BLOCK.extension,
    GIF_BLOCK.application,
    name.length,
    ...name,
    3,
    1,
    count & 0xff,
    count >> 8,
    0,
  )
}
