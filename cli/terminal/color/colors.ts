import type { PictureDepth } from '../ask/color-depth.ts'

/** `0xRRGGBB`, the number of a colour in the palette, or `TRANSPARENT` for the background. */
export type CellColor = number

export const TRANSPARENT: CellColor = -1

/** The 16 colours differ between terminals; these are xterm's. */
export const SIXTEEN: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
]

/** The steps of red, green and blue in the cube of the 256 colours. */
export const CUBE_STEPS = [0, 95, 135, 175, 215, 255] as const

/** Turns `0xAARRGGBB` into the nearest colour; less than half opaque is transparent. */
export function cellColor(pixel: number, level: PictureDepth): CellColor {
  if (pixel >>> 24 < 0x80) return TRANSPARENT
  const red = (pixel >> 16) & 0xff
  const green = (pixel >> 8) & 0xff
  const blue = pixel & 0xff
  switch (level) {
    case 'truecolor':
      return pixel & 0xffffff
    case '256':
      return nearestOf256(red, green, blue)
    case '16':
      return nearestOf16(red, green, blue)
  }
}

/** The SGR parameters that set a colour (ECMA-48 §8.3.117, and xterm's 38/48). */
export function colorCode(color: CellColor, level: PictureDepth, ground: 'fore' | 'back'): string {
  const offset = ground === 'fore' ? 0 : 10
  switch (level) {
    case 'truecolor':
      return `${38 + offset};2;${color >> 16};${(color >> 8) & 0xff};${color & 0xff}`
    case '256':
      return `${38 + offset};5;${color}`
    case '16':
      return String((color < 8 ? 30 : 82) + color + offset)
  }
}

function nearestOf256(red: number, green: number, blue: number): CellColor {
  const [r, g, b] = [cubeStep(red), cubeStep(green), cubeStep(blue)]
  const gray = Math.min(23, Math.max(0, Math.round(((red + green + blue) / 3 - 8) / 10)))
  const level = 8 + gray * 10
  const cubeDistance = distance(red, green, blue, stepValue(r), stepValue(g), stepValue(b))
  const grayDistance = distance(red, green, blue, level, level, level)
  return grayDistance < cubeDistance ? 232 + gray : 16 + 36 * r + 6 * g + b
}

const cubeStep = (value: number): number => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40))

const stepValue = (step: number): number => CUBE_STEPS[step] ?? 0

function nearestOf16(red: number, green: number, blue: number): CellColor {
  let nearest = 0
  let least = Number.POSITIVE_INFINITY
  for (const [index, [r, g, b]] of SIXTEEN.entries()) {
    const away = distance(red, green, blue, r, g, b)
    if (away < least) {
      least = away
      nearest = index
    }
  }
  return nearest
}

const distance = (r1: number, g1: number, b1: number, r2: number, g2: number, b2: number): number =>
  (r1 - r2) ** 2 * 3 + (g1 - g2) ** 2 * 6 + (b1 - b2) ** 2
