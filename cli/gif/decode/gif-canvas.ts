import type { GifFrame } from '../../../gif/gif-blocks.ts'
import type { GifScan } from '../../../gif/gif-walker.ts'
import { GifCanvasColors } from './gif-canvas-colors.ts'
import { GifCanvasScaler, type PixelSize } from './gif-canvas-scaler.ts'
import { GifRowUnpacker } from './gif-row-unpacker.ts'

/** A rectangle, in pixels. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * A GIF's canvas, on which its frames are drawn one after the other (GIF89a §23). A frame touches
 * only what it draws, and scaling waits until somebody wants to see it. Nothing here throws: pixels
 * that can't be read stay as they are.
 *
 * Where a frame restores what was there before (disposal 3), the canvas never gets its pixels. They
 * are unpacked when they are shown. So there is no second canvas: one of 2,160 × 2,160 has 9.3 MB.
 */
export class GifCanvas {
  /** Numbers of colours, row by row. */
  readonly #pixels: Uint16Array
  readonly #colors = new GifCanvasColors()
  readonly #scan: GifScan
  readonly #rows = new GifRowUnpacker()
  readonly #scalers: GifCanvasScaler[] = []
  /** Of the frame: the number of each index, and 0 for the transparent one. */
  readonly #numbers = new Uint16Array(256)
  /** The frame drawn last. */
  #frame: GifFrame | undefined

  constructor(scan: GifScan) {
    this.#scan = scan
    this.#pixels = new Uint16Array(scan.width * scan.height)
  }

  /** A picture of the canvas in this size, for `showOn`. */
  scaledTo(size: PixelSize): GifCanvasScaler {
    const scaler = new GifCanvasScaler(this.#scan, size)
    this.#scalers.push(scaler)
    return scaler
  }

  /** Undoes the frame before as its disposal says, and draws the next one. */
  drawFrame(frame: GifFrame): void {
    if (this.#frame?.disposal === 2) this.#clear(this.#frame)
    if (this.#frame?.disposal === 3) this.#markChanged(this.#frame)
    if (frame.disposal === 3) this.#markChanged(frame)
    else this.#paint(frame)
    this.#frame = frame
  }

  /** Brings a picture up to date and returns its pixels, which stay valid until the next call. */
  showOn(scaler: GifCanvasScaler): Uint32Array {
    const { width, height } = this.#scan
    const { firstRow, endRow } = scaler
    if (firstRow >= endRow) return scaler.pixels
    const { colors } = this.#colors
    const isAdded = new Uint8Array(height)
    if (this.#frame?.disposal === 3) {
      const row = new Uint16Array(width)
      this.#unpack(this.#frame, (y, left, indices) => {
        row.set(this.#pixels.subarray(y * width, (y + 1) * width))
        for (let x = 0; x < indices.length; x++) {
          const number = this.#numbers[indices[x] ?? 0] ?? 0
          if (number !== 0) row[left + x] = number
        }
        scaler.addRow(y, row, 0, colors)
        isAdded[y] = 1
      })
    }
    for (let y = firstRow; y < endRow; y++)
      if (isAdded[y] === 0) scaler.addRow(y, this.#pixels, y * width, colors)
    scaler.updatePixels()
    return scaler.pixels
  }

  /** Draws a frame, and marks what it really changes. */
  #paint(frame: GifFrame): void {
    const pixels = this.#pixels
    const numbers = this.#numbers
    this.#unpack(frame, (y, left, indices) => {
      const start = y * this.#scan.width + left
      let first = -1
      let last = -1
      for (let x = 0; x < indices.length; x++) {
        const number = numbers[indices[x] ?? 0] ?? 0
        if (number === 0 || number === pixels[start + x]) continue
        pixels[start + x] = number
        if (first === -1) first = x
        last = x
      }
      if (first === -1) return
      for (const scaler of this.#scalers) scaler.markChanged(left + first, y, left + last + 1, y + 1)
    })
  }

  /** Hands over the indices of each row of the frame that is on the canvas. */
  #unpack(frame: GifFrame, takeRow: (y: number, left: number, indices: Uint8Array) => void): void {
    const { width, height } = this.#scan
    const { left, top } = frame
    if (left >= width || top >= height) return
    this.#setNumbers(frame)
    this.#rows.unpackRows(this.#scan.bytes, frame, height - top, (row, indices) =>
      takeRow(top + row, left, indices.subarray(0, width - left)),
    )
  }

  /** Looks up the frame's palette. What is beyond it is black. */
  #setNumbers({ palette, transparentIndex }: GifFrame): void {
    const { bytes } = this.#scan
    this.#colors.makeRoom(this.#pixels)
    this.#numbers.fill(this.#colors.numberOf(0xff000000 | 0))
    for (let index = 0, at = palette.offset; index < palette.size; index++, at += 3) {
      const [red = 0, green = 0, blue = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]]
      this.#numbers[index] = this.#colors.numberOf(0xff000000 | (red << 16) | (green << 8) | blue)
    }
    if (transparentIndex !== undefined) this.#numbers[transparentIndex] = 0
  }

  #clear(frame: GifFrame): void {
    const { left, top, right, bottom } = this.#partOnCanvas(frame)
    for (let y = top; y < bottom; y++)
      this.#pixels.fill(0, y * this.#scan.width + left, y * this.#scan.width + right)
    this.#markChanged(frame)
  }

  #markChanged(frame: GifFrame): void {
    const { left, top, right, bottom } = this.#partOnCanvas(frame)
    if (left >= right) return
    for (const scaler of this.#scalers) scaler.markChanged(left, top, right, bottom)
  }

  #partOnCanvas({ left, top, width, height }: GifFrame) {
    const right = Math.min(left + width, this.#scan.width)
    return { left: Math.min(left, right), top, right, bottom: Math.min(top + height, this.#scan.height) }
  }
}
