/** Steps of red, green and blue in the palette, which is the same for every picture. */
const STEPS = { red: 6, green: 7, blue: 6 } as const

const PALETTE = Array.from({ length: STEPS.red * STEPS.green * STEPS.blue }, (_, index) => {
  const percent = (value: number, steps: number) => Math.round((value * 100) / (steps - 1))
  const red = Math.floor(index / (STEPS.green * STEPS.blue))
  const green = Math.floor(index / STEPS.blue) % STEPS.green
  const blue = index % STEPS.blue
  return `#${index};2;${percent(red, STEPS.red)};${percent(green, STEPS.green)};${percent(blue, STEPS.blue)}`
})

/** The colour behind the picture has a register of its own, since a dithered one would be seen. */
const GROUND = PALETTE.length

/** One sixel is this many pixels high. */
const BAND = 6

/** Bayer's matrix of order 4: dithers colours that lie between two steps. */
const THRESHOLDS = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map(rank => (rank + 0.5) / 16)

/** By threshold and value of a channel: its step, as the part that it has in a palette's index. */
const dithered = (steps: number, weight: number): Uint8Array =>
  Uint8Array.from({ length: THRESHOLDS.length * 256 }, (_, at) => {
    const threshold = THRESHOLDS[at >> 8] ?? 0
    return weight * Math.floor(((at & 0xff) / 255) * (steps - 1) + threshold * 0.999)
  })

const RED = dithered(STEPS.red, STEPS.green * STEPS.blue)
const GREEN = dithered(STEPS.green, STEPS.blue)
const BLUE = dithered(STEPS.blue, 1)

/**
 * Pixels (`0xAARRGGBB`, row by row) as an image at the cursor (DEC VT330/340, "Sixel graphics").
 * Transparent pixels become `ground` (`0xRRGGBB`); otherwise the previous frame would show through.
 */
export function sixelSequence(
  pixels: Uint32Array,
  size: { readonly width: number; readonly height: number },
  ground: number,
): string {
  const { width, height } = size
  const colors = new Uint8Array(width * height)
  const isUsed = new Uint8Array(256)
  for (let y = 0, place = 0; y < height; y++) {
    for (let x = 0; x < width; x++, place++) {
      const color = paletteIndex(pixels[place] ?? 0, ((y & 3) * 4 + (x & 3)) << 8, ground)
      colors[place] = color
      isUsed[color] = 1
    }
  }
  const used = [...isUsed.keys()].filter(color => isUsed[color] === 1)
  const registers = used.map(color => PALETTE[color] ?? groundRegister(ground))
  const text = new SixelText(width)
  for (let top = 0; top < height; top += BAND) text.addBand(colors, top, Math.min(BAND, height - top))
  return `\x1bP0;1;0q"1;1;${width};${height}${registers.join('')}${text.toText()}\x1b\\`
}

const groundRegister = (ground: number): string =>
  `#${GROUND};2;${[16, 8, 0].map(shift => Math.round((((ground >> shift) & 0xff) * 100) / 255)).join(';')}`

/** What is seen of a pixel that is half transparent. */
function overGround(pixel: number, ground: number): number {
  const opacity = (pixel >>> 24) / 255
  const channel = (shift: number) =>
    Math.round(((pixel >> shift) & 0xff) * opacity + ((ground >> shift) & 0xff) * (1 - opacity)) << shift
  return channel(16) | channel(8) | channel(0)
}

/** The colour of a pixel, where the dither's threshold stands at `threshold` in the tables. */
function paletteIndex(pixel: number, threshold: number, ground: number): number {
  if (pixel >>> 24 === 0) return GROUND
  const seen = pixel >>> 24 === 255 ? pixel : overGround(pixel, ground)
  return (
    (RED[threshold | ((seen >> 16) & 0xff)] ?? 0) +
    (GREEN[threshold | ((seen >> 8) & 0xff)] ?? 0) +
    (BLUE[threshold | (seen & 0xff)] ?? 0)
  )
}

/** A sixel without a pixel, and what the others have as the bits above it. */
const EMPTY = 63
const [REPEAT, COLOR, RETURN, NEXT] = Buffer.from('!#$-')

/**
 * The bands of an image. Each has the sixels of one colour after the other. As one colour has few
 * of them in a noisy picture, they are kept in a list for each colour, from left to right.
 */
class SixelText {
  readonly #width: number
  #bytes = Buffer.alloc(64 * 1024)
  #length = 0
  /** The first and the last sixel of each colour in the list, and the colours that have any. */
  readonly #firsts = new Int32Array(256)
  readonly #lasts = new Int32Array(256).fill(-1)
  readonly #used: number[] = []
  /** For each sixel in the list: its column, its bits, and the next one of its colour. */
  readonly #columns: Uint16Array
  readonly #bits: Uint8Array
  readonly #nexts: Int32Array

  constructor(width: number) {
    this.#width = width
    this.#columns = new Uint16Array(width * BAND)
    this.#bits = new Uint8Array(width * BAND)
    this.#nexts = new Int32Array(width * BAND)
  }

  /** Adds a band of at most six rows. */
  addBand(colors: Uint8Array, top: number, rows: number): void {
    this.#listSixels(colors, top * this.#width, rows)
    // A band has at most so many bytes: for each sixel a gap and itself, and for each colour.
    this.#reserve(BAND * this.#width * 8 + this.#used.length * 8 + 1)
    for (const color of this.#used) {
      if (color !== this.#used[0]) this.#put(RETURN)
      this.#put(COLOR)
      this.#putNumber(color)
      this.#putSixels(this.#firsts[color] ?? 0)
      this.#lasts[color] = -1
    }
    this.#put(NEXT)
    this.#used.length = 0
  }

  toText(): string {
    return this.#bytes.toString('latin1', 0, this.#length)
  }

  #listSixels(colors: Uint8Array, start: number, rows: number): void {
    let count = 0
    for (let x = 0; x < this.#width; x++) {
      for (let row = 0; row < rows; row++) {
        const color = colors[start + row * this.#width + x] ?? 0
        const last = this.#lasts[color] ?? -1
        if (last >= 0 && this.#columns[last] === x) {
          this.#bits[last] = (this.#bits[last] ?? 0) | (1 << row)
          continue
        }
        if (last < 0) {
          this.#firsts[color] = count
          this.#used.push(color)
        } else this.#nexts[last] = count
        this.#columns[count] = x
        this.#bits[count] = 1 << row
        this.#nexts[count] = -1
        this.#lasts[color] = count++
      }
    }
  }

  #putSixels(first: number): void {
    let end = 0
    for (let at = first; at >= 0; ) {
      const start = this.#columns[at] ?? 0
      const bits = this.#bits[at]
      this.#putRun(start - end, EMPTY)
      end = start
      for (; at >= 0 && this.#columns[at] === end && this.#bits[at] === bits; at = this.#nexts[at] ?? -1)
        end++
      this.#putRun(end - start, EMPTY + (bits ?? 0))
    }
  }

  #putRun(count: number, sixel: number): void {
    if (count > 3) {
      this.#put(REPEAT)
      this.#putNumber(count)
      this.#put(sixel)
    } else for (let index = 0; index < count; index++) this.#put(sixel)
  }

  #putNumber(number: number): void {
    if (number >= 10) this.#putNumber(Math.floor(number / 10))
    this.#put(48 + (number % 10))
  }

  #put(byte = 0): void {
    this.#bytes[this.#length++] = byte
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const larger = Buffer.alloc((this.#length + count) * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
