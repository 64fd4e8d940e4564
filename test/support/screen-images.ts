import assert from 'node:assert/strict'

/** An image that was drawn on the screen, and its upper left cell. */
export interface ScreenImage {
  readonly row: number
  readonly column: number
  /** The payload, without the escape sequence around it. */
  readonly content: string
  readonly keys: ReadonlyMap<string, string>
}

const PLACED =
  /\x1b\[(\d+);(\d+)H\x1b\[49m(?:\x1b\]1337;File=([^:\x07]*):([^\x07]*)\x07|\x1bP0;1;0q([^\x1b]*)\x1b\\)/g

/** Finds the images in iTerm2's protocol and in sixels, with the cell at which each begins. */
export const imagesIn = (written: string): readonly ScreenImage[] =>
  Array.from(written.matchAll(PLACED), ([, row, column, keys = '', file, sixels]) => ({
    row: Number(row) - 1,
    column: Number(column) - 1,
    content: file ?? sixels ?? '',
    keys: new Map(keys.split(';').map(pair => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? ''])),
  }))

/** Reads sixels as a VT340 does, into `0xRRGGBB`, row by row. Each pixel must have a colour. */
export function readSixels(content: string): {
  readonly width: number
  readonly height: number
  readonly pixels: readonly number[]
} {
  const [, w, h, rest = ''] = /^"1;1;(\d+);(\d+)(.*)$/.exec(content) ?? []
  const [width, height] = [Number(w), Number(h)]
  const palette = new Map<string, number>()
  const pixels: number[] = new Array(width * height).fill(-1)
  let [x, top, color] = [0, 0, -1]
  for (const [token, register, r, g, b, count, repeated, sixel] of rest.matchAll(
    /#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|\$|-/g,
  )) {
    if (register !== undefined) {
      const channel = (percent: string | undefined) => Math.round(Number(percent) * 2.55)
      if (r !== undefined) palette.set(register, (channel(r) << 16) | (channel(g) << 8) | channel(b))
      color = palette.get(register) ?? -1
      continue
    }
    if (token === '$' || token === '-') {
      x = 0
      if (token === '-') top += 6
      continue
    }
    const bits = (repeated ?? sixel ?? '?').charCodeAt(0) - 63
    for (const end = x + Number(count ?? 1); x < end; x++) {
      assert.ok(x < width, 'no sixel is right of the image')
      for (let bit = 0; bit < 6; bit++) if (bits & (1 << bit)) pixels[(top + bit) * width + x] = color
    }
  }
  assert.equal(pixels.length, width * height, 'no sixel is below the image')
  assert.ok(!pixels.includes(-1), 'every pixel has a colour')
  return { width, height, pixels }
}
