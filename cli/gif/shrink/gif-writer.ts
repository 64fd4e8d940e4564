import type { Area } from '../decode/gif-canvas.ts'
import type { FramePalette } from './frame-palette.ts'
import { GifLzwEncoder } from './gif-lzw-encoder.ts'

/** A frame as it is written: its place, the colours and what becomes of it. */
export interface FrameToWrite {
  readonly area: Area
  /** Row by row. The index after the last colour is transparent. */
  readonly indices: Uint8Array
  readonly palette: FramePalette
  /** Hundredths of a second. */
  readonly delay: number
  /** Whether its area is cleared before the next frame, or left as it is. */
  readonly isCleared: boolean
}

/** Writes a GIF frame by frame (GIF89a). */
export class GifWriter {
  readonly #parts: Uint8Array[] = []
  readonly #encoder = new GifLzwEncoder()
  readonly #shared: FramePalette | undefined
  /** Bytes so far. */
  length = 0

  /** `shared` is the palette of all frames that have it. `plays` is 0 for ever. */
  constructor(
    size: { readonly width: number; readonly height: number },
    plays: number,
    shared: FramePalette | undefined,
  ) {
    this.#shared = shared
    this.#append(new TextEncoder().encode('GIF89a'))
    this.#append(uint16(size.width, size.height))
    this.#append([shared === undefined ? 0 : 0x80 | paletteBits(shared), 0, 0])
    if (shared !== undefined) this.#append(paletteBytes(shared))
    if (plays !== 1) this.#append(loopBlock(plays === 0 ? 0 : plays - 1))
  }

  addFrame({ area, indices, palette, delay, isCleared }: FrameToWrite): void {
    const transparent = palette.colors.length
    this.#append([0x21, 0xf9, 4, (isCleared ? 2 << 2 : 1 << 2) | 1, ...uint16(delay), transparent, 0])
    const hasOwn = palette !== this.#shared
    this.#append([0x2c, ...uint16(area.left, area.top, area.width, area.height)])
    this.#append([hasOwn ? 0x80 | paletteBits(palette) : 0])
    if (hasOwn) this.#append(paletteBytes(palette))
    this.#append(this.#encoder.encodeIndices(indices, transparent + 1).slice())
  }

  /** The whole file. */
  endFile(): Uint8Array<ArrayBuffer> {
    this.#append([0x3b])
    const file = new Uint8Array(this.length)
    let at = 0
    for (const part of this.#parts) {
      file.set(part, at)
      at += part.length
    }
    return file
  }

  #append(bytes: ArrayLike<number>): void {
    this.#parts.push(bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes))
    this.length += bytes.length
  }
}

/** A palette has 2, 4, … or 256 colours: two to the power of these bits and one. */
const paletteBits = ({ colors }: FramePalette): number =>
  Math.max(0, Math.ceil(Math.log2(colors.length + 1)) - 1)

function paletteBytes(palette: FramePalette): Uint8Array {
  const bytes = new Uint8Array((2 << paletteBits(palette)) * 3)
  for (const [index, color] of palette.colors.entries())
    bytes.set([color >> 16, (color >> 8) & 0xff, color & 0xff], index * 3)
  return bytes
}

const uint16 = (...values: readonly number[]): number[] => values.flatMap(value => [value & 0xff, value >> 8])

const loopBlock = (count: number): Uint8Array =>
  Uint8Array.of(0x21, 0xff, 11, ...new TextEncoder().encode('NETSCAPE2.0'), 3, 1, ...uint16(count), 0)
