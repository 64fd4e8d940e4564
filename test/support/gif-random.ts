import { createHash } from 'node:crypto'
import { type FrameToWrite, type GifToWrite, type Rgb, writeGif } from './gif-writer.ts'

/** Numbers below `limit` that only the seed decides (mulberry32). */
export type Random = (limit: number) => number

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return limit => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

/** A GIF with any of the features of GIFs. The same seed gives the same GIF. */
export function randomGif(seed: number): { readonly gif: GifToWrite; readonly bytes: Buffer } {
  const random = seededRandom(seed)
  // A few are large enough to fill the decoder's code table.
  const side = random(10) === 0 ? 160 : 48
  const width = 1 + random(side)
  const height = 1 + random(side)
  const hasGlobalPalette = random(4) > 0
  const palette = hasGlobalPalette ? randomPalette(random) : undefined
  const frames = Array.from({ length: 1 + random(8) }, () => randomFrame(random, { width, height }, palette))
  const gif: GifToWrite = {
    width,
    height,
    frames,
    ...(palette && { palette }),
    ...(random(3) > 0 && { loops: random(5) }),
  }
  return { gif, bytes: writeGif(gif) }
}

function randomFrame(
  random: Random,
  canvas: { readonly width: number; readonly height: number },
  globalPalette: readonly Rgb[] | undefined,
): FrameToWrite {
  const left = random(3) > 0 ? 0 : random(canvas.width)
  const top = random(3) > 0 ? 0 : random(canvas.height)
  const width = random(3) > 0 ? canvas.width - left : 1 + random(canvas.width - left)
  const height = random(3) > 0 ? canvas.height - top : 1 + random(canvas.height - top)
  const ownPalette = globalPalette === undefined || random(3) === 0 ? randomPalette(random) : undefined
  const colors = (ownPalette ?? globalPalette ?? []).length
  const noise = random(3)
  let last = 0
  const indices = Uint8Array.from({ length: width * height }, () => {
    if (noise === 0 || random(5) < noise) last = random(colors)
    return last
  })
  return {
    left,
    top,
    width,
    height,
    indices,
    disposal: random(4),
    delayMs: random(20) * 10,
    isInterlaced: random(3) === 0,
    keepsFullTable: random(4) === 0,
    ...(ownPalette && { palette: ownPalette }),
    ...(random(2) === 0 && { transparentIndex: random(colors) }),
  }
}

const randomPalette = (random: Random): readonly Rgb[] =>
  Array.from({ length: 2 << random(8) }, (): Rgb => [random(256), random(256), random(256)])

/**
 * How each frame of a GIF must look: `0xAARRGGBB`, row by row. It does not read the file. It draws
 * the frames that were written, pixel by pixel and on whole copies of the canvas.
 */
export function composite(gif: GifToWrite): readonly Uint32Array[] {
  let canvas = new Uint32Array(gif.width * gif.height)
  return gif.frames.map(frame => {
    const before = canvas.slice()
    const shown = canvas.slice()
    const cleared = canvas.slice()
    for (let y = 0; y < frame.height; y++) {
      for (let x = 0; x < frame.width; x++) {
        const place = (y + (frame.top ?? 0)) * gif.width + x + (frame.left ?? 0)
        const index = frame.indices[y * frame.width + x] ?? 0
        const [red, green, blue] = (frame.palette ?? gif.palette)?.[index] ?? [0, 0, 0]
        if (index !== frame.transparentIndex) shown[place] = 0xff000000 + red * 0x10000 + green * 0x100 + blue
        cleared[place] = 0
      }
    }
    canvas = frame.disposal === 3 ? before : shown.slice()
    if (frame.disposal === 2) canvas = canvas.map((pixel, place) => (cleared[place] === 0 ? 0 : pixel))
    return shown
  })
}

/** One hash of all frames, in order. */
export function hashOfFrames(frames: Iterable<Uint32Array>): string {
  const hash = createHash('sha256')
  for (const pixels of frames) for (const pixel of pixels) hash.update(`${pixel.toString(16)} `)
  return hash.digest('hex').slice(0, 16)
}
