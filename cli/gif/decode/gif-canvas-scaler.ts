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
 * Scales a canvas by averaging the area behind each pixel, and only where the canvas changed.
 *
 * It keeps the sums behind each scaled pixel, and adds to them by how much a pixel of the canvas
 * changed. So the work depends on what changed, and not on how much is behind a scaled pixel. All
 * numbers are whole: a pixel of the canvas is as wide as the scaled picture has columns, and a
 * scaled pixel as wide as the canvas has. A sum is at most 255 times the pixels of the canvas. That
 * fits into 32 bits for all that servers take.
 */
export class GifCanvasScaler {
  /** The scaled pixels, `0xAARRGGBB`, row by row. */
  readonly pixels: Uint32Array
  readonly #from: PixelSize
  readonly #to: PixelSize
  /** Sums of alpha, red, green and blue behind each scaled pixel. */
  readonly #sums: Int32Array | Float64Array
  /** By how much one row of the canvas changes the sums of a scaled row. */
  readonly #change: Int32Array
  /** For each column of the canvas: the first scaled column that it reaches, and how far. */
  readonly #firstColumn: Uint16Array
  readonly #firstWeight: Uint16Array
  #changedLeft = 0
  #changedTop = 0
  #changedRight = 0
  #changedBottom = 0

  constructor(from: PixelSize, to: PixelSize) {
    this.#from = from
    this.#to = to
    this.pixels = new Uint32Array(to.width * to.height)
    const mostInSum = 255 * from.width * from.height
    const sums = to.width * to.height * 4
    this.#sums = mostInSum < 2 ** 31 ? new Int32Array(sums) : new Float64Array(sums)
    this.#change = new Int32Array(to.width * 4)
    this.#firstColumn = new Uint16Array(from.width)
    this.#firstWeight = new Uint16Array(from.width)
    for (let x = 0; x < from.width; x++) {
      const column = Math.floor((x * to.width) / from.width)
      this.#firstColumn[x] = column
      this.#firstWeight[x] = Math.min(to.width, (column + 1) * from.width - x * to.width)
    }
    this.#forgetChanges()
  }

  /** The row `y` of the canvas changes from `before` to `after`, from its column `left` on. */
  changeRow(y: number, left: number, before: Int32Array, after: Int32Array): void {
    const { start, end } = this.#sumChanges(left, before, after)
    if (start >= end) return
    const { width, height } = this.#to
    let row = Math.floor((y * height) / this.#from.height)
    let weight = Math.min(height, (row + 1) * this.#from.height - y * height)
    this.#changedTop = Math.min(this.#changedTop, row)
    for (let rest = height; rest > 0; weight = Math.min(rest, this.#from.height)) {
      const offset = row * width * 4
      for (let index = start * 4; index < end * 4; index++) {
        const sum = offset + index
        this.#sums[sum] = (this.#sums[sum] ?? 0) + (this.#change[index] ?? 0) * weight
      }
      rest -= weight
      row++
    }
    this.#change.fill(0, start * 4, end * 4)
    this.#changedBottom = Math.max(this.#changedBottom, row)
    this.#changedLeft = Math.min(this.#changedLeft, start)
    this.#changedRight = Math.max(this.#changedRight, end)
  }

  /** Brings `pixels` up to date. */
  updatePixels(): void {
    const { width } = this.#to
    for (let row = this.#changedTop; row < this.#changedBottom; row++) {
      for (let column = this.#changedLeft; column < this.#changedRight; column++) {
        const index = row * width + column
        this.pixels[index] = this.#average(index * 4)
      }
    }
    this.#forgetChanges()
  }

  /** Writes what a row changes to `#change`, and returns the scaled columns that it reaches. */
  #sumChanges(left: number, before: Int32Array, after: Int32Array): { start: number; end: number } {
    const whole = this.#to.width
    const firstColumns = this.#firstColumn
    const firstWeights = this.#firstWeight
    let start = whole
    let end = 0
    let column = 0
    // Most columns are many pixels wide. What those had and have is summed up first, two channels
    // in one number: alpha and green, red and blue.
    let count = 0
    let [oldAlphaGreen, oldRedBlue, newAlphaGreen, newRedBlue] = [0, 0, 0, 0]
    for (let index = 0; index < after.length; index++) {
      const old = before[index] ?? 0
      const now = after[index] ?? 0
      if (old === now) continue
      const first = firstColumns[left + index] ?? 0
      if (start > first) start = first
      if (firstWeights[left + index] !== whole) {
        end = Math.max(end, this.#spreadChange(left + index, old, now))
        continue
      }
      if (first !== column || count === MOST_IN_A_SUM) {
        this.#addToColumn(column, whole, newAlphaGreen, newRedBlue)
        this.#addToColumn(column, -whole, oldAlphaGreen, oldRedBlue)
        oldAlphaGreen = oldRedBlue = newAlphaGreen = newRedBlue = count = 0
        column = first
      }
      if (end <= first) end = first + 1
      oldAlphaGreen = (oldAlphaGreen + ((old >>> 8) & TWO_CHANNELS)) | 0
      oldRedBlue = (oldRedBlue + (old & TWO_CHANNELS)) | 0
      newAlphaGreen = (newAlphaGreen + ((now >>> 8) & TWO_CHANNELS)) | 0
      newRedBlue = (newRedBlue + (now & TWO_CHANNELS)) | 0
      count++
    }
    this.#addToColumn(column, whole, newAlphaGreen, newRedBlue)
    this.#addToColumn(column, -whole, oldAlphaGreen, oldRedBlue)
    return { start, end }
  }

  /** A pixel that reaches into several columns. Returns the column after the last. */
  #spreadChange(x: number, old: number, now: number): number {
    let column = this.#firstColumn[x] ?? 0
    let weight = this.#firstWeight[x] ?? 0
    for (let rest = this.#to.width; rest > 0; weight = Math.min(rest, this.#from.width)) {
      this.#addToColumn(column, weight, (now >>> 8) & TWO_CHANNELS, now & TWO_CHANNELS)
      this.#addToColumn(column, -weight, (old >>> 8) & TWO_CHANNELS, old & TWO_CHANNELS)
      rest -= weight
      column++
    }
    return column
  }

  #addToColumn(column: number, weight: number, alphaGreen: number, redBlue: number): void {
    const change = this.#change
    const sum = column * 4
    change[sum] = (change[sum] ?? 0) + weight * ((alphaGreen >>> 16) / OPAQUE)
    change[sum + 1] = (change[sum + 1] ?? 0) + weight * (redBlue >>> 16)
    change[sum + 2] = (change[sum + 2] ?? 0) + weight * (alphaGreen & 0xffff)
    change[sum + 3] = (change[sum + 3] ?? 0) + weight * (redBlue & 0xffff)
  }

  #average(sum: number): number {
    const sums = this.#sums
    const alpha = sums[sum] ?? 0
    if (alpha === 0) return 0
    const opacity = Math.round((255 * alpha) / (this.#from.width * this.#from.height))
    const red = Math.round((sums[sum + 1] ?? 0) / alpha)
    const green = Math.round((sums[sum + 2] ?? 0) / alpha)
    const blue = Math.round((sums[sum + 3] ?? 0) / alpha)
    return ((opacity << 24) | (red << 16) | (green << 8) | blue) >>> 0
  }

  #forgetChanges(): void {
    this.#changedLeft = this.#to.width
    this.#changedTop = this.#to.height
    this.#changedRight = 0
    this.#changedBottom = 0
  }
}
