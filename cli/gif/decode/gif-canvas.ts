import type { GifFrame } from '../../../gif/gif-blocks.ts'
import type { GifScan } from '../../../gif/gif-walker.ts'
import { GifRowUnpacker } from './gif-row-unpacker.ts'

/** A rectangle, in pixels. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * Is told what changes on a canvas. From `left` on, the row `y` had the pixels `before`, and now
 * has the pixels `after`, which are as many. Both are valid during the call only.
 */
export type CanvasListener = (y: number, left: number, before: Int32Array, after: Int32Array) => void

/**
 * A GIF's canvas, on which its frames are drawn one after the other (GIF89a §23). A frame touches
 * only what it draws. Nothing here throws: pixels that can't be read stay as they are.
 *
 * Where a frame restores what was there before (disposal 3), the canvas never gets its pixels. They
 * are shown to the listener alone, and unpacked once more to take them back. So there is no second
 * canvas: one of 2,160 × 2,160 has 18.7 MB.
 */
export class GifCanvas {
  /**
   * `0xAARRGGBB`, row by row; alpha is 0 or 255. Signed numbers of 32 bits take half the time of
   * others.
   */
  readonly #pixels: Int32Array
  readonly #scan: GifScan
  readonly #rows = new GifRowUnpacker()
  readonly #onChange: CanvasListener
  readonly #colors = new Int32Array(256)
  readonly #row: Int32Array
  /** The frame drawn last, if its disposal undoes something. */
  #undone: GifFrame | undefined

  constructor(scan: GifScan, onChange: CanvasListener) {
    this.#scan = scan
    this.#onChange = onChange
    this.#pixels = new Int32Array(scan.width * scan.height)
    this.#row = new Int32Array(scan.width)
  }

  /** Undoes the frame before as its disposal says, and draws the next one. */
  drawFrame(frame: GifFrame): void {
    if (this.#undone?.disposal === 2) this.#clear(this.#undone)
    if (this.#undone?.disposal === 3)
      this.#paint(this.#undone, (y, left, canvas, painted) => this.#onChange(y, left, painted, canvas))
    this.#undone = frame.disposal === 2 || frame.disposal === 3 ? frame : undefined
    if (frame.disposal === 3) {
      this.#paint(frame, (y, left, canvas, painted) => this.#onChange(y, left, canvas, painted))
    } else {
      this.#paint(frame, (y, left, canvas, painted) => {
        this.#onChange(y, left, canvas, painted)
        canvas.set(painted)
      })
    }
  }

  /** Hands over each row of the canvas that the frame covers, as it is and with the frame on it. */
  #paint(frame: GifFrame, takeRow: CanvasListener): void {
    const { width, height } = this.#scan
    const { left, top } = frame
    if (left >= width || top >= height) return
    this.#setColors(frame)
    const colors = this.#colors
    this.#rows.unpackRows(this.#scan.bytes, frame, height - top, (row, indices) => {
      const count = Math.min(indices.length, width - left)
      const start = (top + row) * width + left
      const canvas = this.#pixels.subarray(start, start + count)
      const painted = this.#row.subarray(0, count)
      for (let x = 0; x < count; x++) {
        const color = colors[indices[x] ?? 0] ?? 0
        painted[x] = color === 0 ? (canvas[x] ?? 0) : color
      }
      takeRow(top + row, left, canvas, painted)
    })
  }

  /** The frame's palette as pixels; 0 for the transparent index, and black beyond the palette. */
  #setColors({ palette, transparentIndex }: GifFrame): void {
    const { bytes } = this.#scan
    this.#colors.fill(0xff000000)
    for (let index = 0, at = palette.offset; index < palette.size; index++, at += 3) {
      const [red = 0, green = 0, blue = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]]
      this.#colors[index] = 0xff000000 | (red << 16) | (green << 8) | blue
    }
    if (transparentIndex !== undefined) this.#colors[transparentIndex] = 0
  }

  #clear({ left, top, width, height }: GifFrame): void {
    const count = Math.min(width, this.#scan.width - left)
    if (count <= 0) return
    const cleared = this.#row.subarray(0, count)
    cleared.fill(0)
    for (let y = top; y < Math.min(top + height, this.#scan.height); y++) {
      const start = y * this.#scan.width + left
      const canvas = this.#pixels.subarray(start, start + count)
      this.#onChange(y, left, canvas, cleared)
      canvas.set(cleared)
    }
  }
}
