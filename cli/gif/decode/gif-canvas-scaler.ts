/** Width and height in pixels. */
export interface PixelSize {
  readonly width: number
  readonly height: number
}

const OPAQUE = 255
/** Two of four channels, each with room for a sum. */
const TWO_CHANNELS = 0xff00ff
/** So many channels of 255 make a sum of 16 bits. */
const MOST_IN_A_SUM = 257

/**
 * Scales what a canvas shows by averaging the area behind each pixel, and only where it changed:
 * 1. `markChanged` is told where. That may be many times, until somebody wants to see a picture.
 * 2. `addRow` gets every row of the canvas from `firstRow` to `endRow`, in any order.
 * 3. `updatePixels` brings `pixels` up to date.
 *
 * All numbers are whole: a pixel of the canvas is as wide as the scaled picture has columns, and a
 * scaled pixel as wide as the canvas has. A sum is at most 255 times the pixels of the canvas. That
 * fits into 32 bits for all that servers take.
 */
export class GifCanvasScaler {
  /** The scaled pixels, `0xAARRGGBB`, row by row. */
  readonly pixels: Uint32Array
  readonly #from: PixelSize
  readonly #to: PixelSize
  readonly #isCopy: boolean
  /** Sums of alpha, red, green and blue behind each scaled pixel; 0 between two updates. */
  readonly #sums: Int32Array | Float64Array
  /** For each scaled pixel whether something behind it changed. At first that is so everywhere. */
  readonly #changed: Uint8Array
  #changedTop = 0
  #changedBottom: number
  /** For each scaled column: the first and the last column of the canvas behind it, and how far. */
  readonly #first: Uint16Array
  readonly #firstWeight: Uint16Array
  readonly #last: Uint16Array
  readonly #lastWeight: Uint16Array

  constructor(from: PixelSize, to: PixelSize) {
    this.#from = from
    this.#to = to
    this.#isCopy = from.width === to.width && from.height === to.height
    const count = to.width * to.height
    this.pixels = new Uint32Array(count)
    this.#changed = new Uint8Array(count).fill(1)
    this.#changedBottom = to.height
    const sums = this.#isCopy ? 0 : count * 4
    this.#sums = OPAQUE * from.width * from.height < 2 ** 31 ? new Int32Array(sums) : new Float64Array(sums)
    this.#first = new Uint16Array(to.width)
    this.#firstWeight = new Uint16Array(to.width)
    this.#last = new Uint16Array(to.width)
    this.#lastWeight = new Uint16Array(to.width)
    for (let column = 0; column < to.width; column++) {
      const [start, end] = [column * from.width, (column + 1) * from.width]
      const first = Math.floor(start / to.width)
      const last = Math.floor((end - 1) / to.width)
      this.#first[column] = first
      this.#firstWeight[column] = Math.min(end, (first + 1) * to.width) - start
      this.#last[column] = last
      this.#lastWeight[column] = last === first ? 0 : end - last * to.width
    }
  }

  /** Something changed on these columns and rows of the canvas. */
  markChanged(left: number, top: number, right: number, bottom: number): void {
    const { width, height } = this.#to
    const start = Math.floor((left * width) / this.#from.width)
    const end = Math.ceil((right * width) / this.#from.width)
    const startRow = Math.floor((top * height) / this.#from.height)
    const endRow = Math.ceil((bottom * height) / this.#from.height)
    for (let row = startRow; row < endRow; row++)
      this.#changed.fill(1, row * width + start, row * width + end)
    this.#changedTop = Math.min(this.#changedTop, startRow)
    this.#changedBottom = Math.max(this.#changedBottom, endRow)
  }

  /** The first scaled row that changed. */
  get changedTop(): number {
    return this.#changedTop
  }

  /** The scaled row after the last that changed. */
  get changedBottom(): number {
    return this.#changedBottom
  }

  /** The first row of the canvas that is needed. */
  get firstRow(): number {
    return Math.floor((this.#changedTop * this.#from.height) / this.#to.height)
  }

  /** The row of the canvas after the last that is needed. */
  get endRow(): number {
    return Math.ceil((this.#changedBottom * this.#from.height) / this.#to.height)
  }

  /**
   * The row `y` of the canvas is what stands in `row` from `start` on, as numbers of `colors`
   * (`0xAARRGGBB`).
   */
  addRow(y: number, row: Uint16Array, start: number, colors: Int32Array): void {
    const { height } = this.#to
    let scaledRow = Math.floor((y * height) / this.#from.height)
    let weight = Math.min(height, (scaledRow + 1) * this.#from.height - y * height)
    for (let rest = height; rest > 0; weight = Math.min(rest, this.#from.height)) {
      if (this.#isCopy) this.#copyRow(scaledRow, row, start, colors)
      else this.#addToRow(scaledRow, weight, row, start, colors)
      rest -= weight
      scaledRow++
    }
  }

  /** Brings `pixels` up to date. */
  updatePixels(): void {
    const { width, height } = this.#to
    const [start, end] = [this.#changedTop * width, this.#changedBottom * width]
    for (let index = start; index < end && !this.#isCopy; index++)
      if (this.#changed[index] !== 0) this.pixels[index] = this.#average(index * 4)
    this.#changed.fill(0, start, end)
    this.#sums.fill(0, start * 4, end * 4)
    this.#changedTop = height
    this.#changedBottom = 0
  }

  #copyRow(scaledRow: number, row: Uint16Array, start: number, colors: Int32Array): void {
    const offset = scaledRow * this.#to.width
    for (let column = 0; column < this.#to.width; column++)
      if (this.#changed[offset + column] !== 0)
        this.pixels[offset + column] = colors[row[start + column] ?? 0] ?? 0
  }

  #addToRow(scaledRow: number, weight: number, row: Uint16Array, start: number, colors: Int32Array): void {
    const { width } = this.#to
    const changed = this.#changed
    const sums = this.#sums
    const offset = scaledRow * width
    for (let column = 0; column < width; column++) {
      if (changed[offset + column] === 0) continue
      const from = start + (this.#first[column] ?? 0)
      const to = start + (this.#last[column] ?? 0)
      let [alpha, red, green, blue] = [0, 0, 0, 0]
      // Two channels are summed up in one number: alpha and green, red and blue.
      for (let x = from + 1; x < to; ) {
        const end = Math.min(to, x + MOST_IN_A_SUM)
        let [alphaGreen, redBlue] = [0, 0]
        for (; x < end; x++) {
          const pixel = colors[row[x] ?? 0] ?? 0
          alphaGreen = (alphaGreen + ((pixel >>> 8) & TWO_CHANNELS)) | 0
          redBlue = (redBlue + (pixel & TWO_CHANNELS)) | 0
        }
        alpha += alphaGreen >>> 16
        red += redBlue >>> 16
        green += alphaGreen & 0xffff
        blue += redBlue & 0xffff
      }
      const first = colors[row[from] ?? 0] ?? 0
      const last = colors[row[to] ?? 0] ?? 0
      const firstWeight = this.#firstWeight[column] ?? 0
      const lastWeight = this.#lastWeight[column] ?? 0
      const at = (offset + column) * 4
      sums[at] =
        (sums[at] ?? 0) + weight * (width * alpha + firstWeight * (first >>> 24) + lastWeight * (last >>> 24))
      sums[at + 1] =
        (sums[at + 1] ?? 0) +
        weight * (width * red + firstWeight * ((first >>> 16) & 0xff) + lastWeight * ((last >>> 16) & 0xff))
      sums[at + 2] =
        (sums[at + 2] ?? 0) +
        weight * (width * green + firstWeight * ((first >>> 8) & 0xff) + lastWeight * ((last >>> 8) & 0xff))
      sums[at + 3] =
        (sums[at + 3] ?? 0) +
        weight * (width * blue + firstWeight * (first & 0xff) + lastWeight * (last & 0xff))
    }
  }

  #average(sum: number): number {
    const sums = this.#sums
    const alpha = sums[sum] ?? 0
    if (alpha === 0) return 0
    const opacity = Math.round(alpha / (this.#from.width * this.#from.height))
    const red = averageOf(sums[sum + 1], alpha)
    const green = averageOf(sums[sum + 2], alpha)
    const blue = averageOf(sums[sum + 3], alpha)
    return ((opacity << 24) | (red << 16) | (green << 8) | blue) >>> 0
  }
}

/** Of a colour where it is opaque. */
const averageOf = (sum = 0, alpha: number): number => Math.round((sum * OPAQUE) / alpha)
