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
  let bands = ''
  for (let top = 0; top < height; top += BAND) bands += `${bandOf(colors, width, top, height)}-`
  return `\x1bP0;1;0q"1;1;${width};${height}${registers.join('')}${bands}\x1b\\`
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

/** Six rows: for each colour in them, a bit for each row that has it, column by column. */
function bandOf(colors: Uint8Array, width: number, top: number, height: number): string {
  const columns = new Map<number, Uint8Array>()
  for (let row = 0; row < Math.min(BAND, height - top); row++) {
    const start = (top + row) * width
    for (let x = 0; x < width; x++) {
      const color = colors[start + x] ?? 0
      let bits = columns.get(color)
      if (bits === undefined) {
        bits = new Uint8Array(width)
        columns.set(color, bits)
      }
      bits[x] = (bits[x] ?? 0) | (1 << row)
    }
  }
  return [...columns].map(([color, bits]) => `#${color}${runs(bits)}`).join('$')
}

/** Sixels with repetitions counted, without the empty ones at the end. */
function runs(bits: Uint8Array): string {
  let text = ''
  for (let x = 0; x < bits.length; ) {
    const value = bits[x] ?? 0
    let end = x + 1
    while (end < bits.length && bits[end] === value) end++
    const sixel = String.fromCharCode(63 + value)
    if (end === bits.length && value === 0) break
    text += end - x > 3 ? `!${end - x}${sixel}` : sixel.repeat(end - x)
    x = end
  }
  return text
}
