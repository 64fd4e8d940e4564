import type { Area } from './gif-canvas.ts'

/** Width and height in pixels. */
export interface PixelSize {
  readonly width: number
  readonly height: number
}

/** Scales a canvas by averaging the area behind each pixel, and only where the canvas changed. */
export class GifCanvasScaler {
  /** The scaled pixels, `0xAARRGGBB`, row by row. */
  readonly pixels: Uint32Array
  readonly #from: PixelSize
  readonly #to: PixelSize
  /** Sums of alpha, red, green and blue, for one row of the result. */
  readonly #sums: Float64Array

  constructor(from: PixelSize, to: PixelSize) {
    this.#from = from
    this.#to = to
    this.pixels = new Uint32Array(to.width * to.height)
    this.#sums = new Float64Array(to.width * 4)
  }

  /** Brings `pixels` up to date with a canvas that changed in `area`. */
  updateScaled(canvas: Uint32Array, area: Area): void {
    const horizontal = this.#from.width / this.#to.width
    const vertical = this.#from.height / this.#to.height
    const firstColumn = Math.floor(area.left / horizontal)
    const endColumn = Math.min(this.#to.width, Math.ceil((area.left + area.width) / horizontal))
    const firstRow = Math.floor(area.top / vertical)
    const endRow = Math.min(this.#to.height, Math.ceil((area.top + area.height) / vertical))
    for (let row = firstRow; row < endRow; row++) {
      this.#sums.fill(0)
      const top = row * vertical
      const bottom = Math.min(this.#from.height, top + vertical)
      for (let y = Math.floor(top); y < bottom; y++) {
        const weight = Math.min(y + 1, bottom) - Math.max(y, top)
        if (weight > 0) this.#addRow(canvas, y, weight, horizontal, firstColumn, endColumn)
      }
      for (let column = firstColumn; column < endColumn; column++) {
        this.pixels[row * this.#to.width + column] = this.#average(column, horizontal * vertical)
      }
    }
  }

  #addRow(
    canvas: Uint32Array,
    y: number,
    rowWeight: number,
    horizontal: number,
    firstColumn: number,
    endColumn: number,
  ): void {
    const sums = this.#sums
    const rowStart = y * this.#from.width
    for (let column = firstColumn; column < endColumn; column++) {
      const left = column * horizontal
      const right = Math.min(this.#from.width, left + horizontal)
      let alpha = 0
      let red = 0
      let green = 0
      let blue = 0
      for (let x = Math.floor(left); x < right; x++) {
        const pixel = canvas[rowStart + x] ?? 0
        if (pixel === 0) continue
        const weight = Math.min(x + 1, right) - Math.max(x, left)
        alpha += weight
        red += weight * ((pixel >> 16) & 0xff)
        green += weight * ((pixel >> 8) & 0xff)
        blue += weight * (pixel & 0xff)
      }
      const sum = column * 4
      sums[sum] = (sums[sum] ?? 0) + alpha * rowWeight
      sums[sum + 1] = (sums[sum + 1] ?? 0) + red * rowWeight
      sums[sum + 2] = (sums[sum + 2] ?? 0) + green * rowWeight
      sums[sum + 3] = (sums[sum + 3] ?? 0) + blue * rowWeight
    }
  }

  #average(column: number, area: number): number {
    const [alpha = 0, red = 0, green = 0, blue = 0] = this.#sums.subarray(column * 4, column * 4 + 4)
    if (alpha === 0) return 0
    const opacity = Math.min(255, Math.round((255 * alpha) / area))
    const channel = (sum: number) => Math.min(255, Math.round(sum / alpha))
    return ((opacity << 24) | (channel(red) << 16) | (channel(green) << 8) | channel(blue)) >>> 0
  }
}
