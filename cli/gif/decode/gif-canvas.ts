import type { GifFrame, GifScan } from '../../../gif/gif-walker.ts'
import { GifLzwDecoder } from './gif-lzw-decoder.ts'

/** A rectangle of the canvas, in pixels. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const INTERLACE_PASSES = [
  { first: 0, step: 8 },
  { first: 4, step: 8 },
  { first: 2, step: 4 },
  { first: 1, step: 2 },
] as const

/**
 * A GIF's canvas, on which its frames are drawn one after the other (GIF89a §23). It never throws:
 * pixels that can't be read stay as they are.
 */
export class GifCanvas {
  /** `0xAARRGGBB`, row by row; alpha is 0 or 255. */
  readonly pixels: Uint32Array
  readonly #scan: GifScan
  readonly #unpacker = new GifLzwDecoder()
  /** As long as the largest frame. */
  readonly #indices: Uint8Array
  /** Undoes the last frame as its disposal says, before the next frame is drawn. */
  #dispose: { readonly area: Area; readonly undo: () => void } | undefined

  constructor(scan: GifScan) {
    this.#scan = scan
    this.pixels = new Uint32Array(scan.width * scan.height)
    this.#indices = new Uint8Array(
      scan.frames.reduce((most, { width, height }) => Math.max(most, width * height), 0),
    )
  }

  /** Draws the next frame; returns the areas in which the canvas may have changed. */
  drawFrame(frame: GifFrame): readonly Area[] {
    const disposed = this.#dispose
    disposed?.undo()
    this.#dispose = this.#disposalOf(frame)
    const indices = this.#indices.subarray(0, frame.width * frame.height)
    const filled = this.#unpacker.decodeIndices(this.#scan.bytes, frame.dataOffset, indices)
    this.#paint(frame, indices, filled)
    return disposed === undefined ? [frame] : [disposed.area, frame]
  }

  #disposalOf(frame: GifFrame): { area: Area; undo: () => void } | undefined {
    if (frame.disposal === 2) return { area: frame, undo: () => this.#clear(frame) }
    if (frame.disposal !== 3) return undefined
    const before = this.#copy(frame)
    return { area: frame, undo: () => this.#putBack(frame, before) }
  }

  #paint(frame: GifFrame, indices: Uint8Array, filled: number): void {
    const colors = this.#colorsOf(frame)
    const { width: canvasWidth } = this.#scan
    for (let row = 0, start = 0; start < filled; row++, start += frame.width) {
      const y = frame.top + (frame.isInterlaced ? interlacedRow(row, frame.height) : row)
      let target = y * canvasWidth + frame.left
      const end = Math.min(start + frame.width, filled)
      for (let source = start; source < end; source++, target++) {
        const color = colors[indices[source] ?? 0] ?? 0
        if (color !== 0) this.pixels[target] = color
      }
    }
  }

  /** The frame's palette as pixels; 0 for the transparent index and for indexes outside it. */
  #colorsOf({ palette, transparentIndex }: GifFrame): Uint32Array {
    const colors = new Uint32Array(256)
    const bytes = this.#scan.bytes.subarray(palette.offset, palette.offset + palette.size * 3)
    for (let index = 0; index < palette.size; index++) {
      const [red = 0, green = 0, blue = 0] = bytes.subarray(index * 3, index * 3 + 3)
      colors[index] = 0xff000000 | (red << 16) | (green << 8) | blue
    }
    if (transparentIndex !== undefined) colors[transparentIndex] = 0
    return colors
  }

  #clear({ left, top, width, height }: Area): void {
    for (let y = top; y < top + height; y++) {
      const start = y * this.#scan.width + left
      this.pixels.fill(0, start, start + width)
    }
  }

  #copy({ left, top, width, height }: Area): Uint32Array {
    const copy = new Uint32Array(width * height)
    for (let row = 0; row < height; row++) {
      const start = (top + row) * this.#scan.width + left
      copy.set(this.pixels.subarray(start, start + width), row * width)
    }
    return copy
  }

  #putBack({ left, top, width, height }: Area, copy: Uint32Array): void {
    for (let row = 0; row < height; row++) {
      this.pixels.set(copy.subarray(row * width, (row + 1) * width), (top + row) * this.#scan.width + left)
    }
  }
}

/** The row of an interlaced frame that comes as the `index`th (GIF89a, appendix E). */
function interlacedRow(index: number, height: number): number {
  let before = 0
  for (const { first, step } of INTERLACE_PASSES) {
    const count = Math.max(0, Math.ceil((height - first) / step))
    if (index < before + count) return first + (index - before) * step
    before += count
  }
  return height - 1
}
