import { linearRgbOf, type Rgb } from './color-space.ts'

/** CIE L*a*b*: lightness 0…100, and two axes of hue. */
export type Lab = readonly [number, number, number]

/** L*a*b* of an sRGB colour, by the white point D65 (IEC 61966-2-1, CIE 15). */
export function labColorOf(color: Rgb): Lab {
  const [red, green, blue] = linearRgbOf(color)
  const x = bent((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
  const y = bent(0.2126729 * red + 0.7151522 * green + 0.072175 * blue)
  const z = bent((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const bent = (value: number): number =>
  value > 216 / 24_389 ? Math.cbrt(value) : ((24_389 / 27) * value + 16) / 116

/**
 * How different two colours look, ΔE00: about 2 is just seen side by side. CIEDE2000 as in Sharma,
 * Wu and Dalal, The CIEDE2000 Color-Difference Formula, Color Research and Application 30 (2005).
 */
export function colorDifference([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const spread = 1.5 - 0.5 * vividnessShare((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2)
  const [c1, c2] = [Math.hypot(spread * a1, b1), Math.hypot(spread * a2, b2)]
  const [h1, h2] = [hueOf(spread * a1, b1), hueOf(spread * a2, b2)]
  const turn = c1 * c2 === 0 ? 0 : ((((h2 - h1 + 180) % 360) + 360) % 360) - 180
  const [l, c] = [(l1 + l2) / 2 - 50, (c1 + c2) / 2]
  // Where one of the two is grey, it has no hue, and the mean is that of the other.
  const h = c1 * c2 === 0 ? h1 + h2 : h1 + turn / 2
  const t = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63)
  const lightness = (l2 - l1) / (1 + (0.015 * l * l) / Math.sqrt(20 + l * l))
  const vividness = (c2 - c1) / (1 + 0.045 * c)
  const hue = (2 * Math.sqrt(c1 * c2) * Math.sin((turn * Math.PI) / 360)) / (1 + 0.015 * c * t)
  const blueness = 30 * Math.exp(-((((((h % 360) + 360) % 360) - 275) / 25) ** 2))
  const rotation = -Math.sin((blueness * Math.PI) / 90) * 2 * vividnessShare(c)
  return Math.sqrt(lightness ** 2 + vividness ** 2 + hue ** 2 + rotation * vividness * hue)
}

const vividnessShare = (vividness: number): number => Math.sqrt(vividness ** 7 / (vividness ** 7 + 25 ** 7))

/** In degrees, 0…360. */
const hueOf = (a: number, b: number): number => ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360

const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180)

/** Under this difference (ΔE00), a reader may take two colours for one. */
const ALIKE_DIFFERENCE = 10
/** With so much between their lightnesses, the formula never comes below `ALIKE_DIFFERENCE`. */
const ALIKE_LIGHTNESS = 1.75 * ALIKE_DIFFERENCE

export const areColorsAlike = (one: Lab, other: Lab): boolean =>
  Math.abs(one[0] - other[0]) < ALIKE_LIGHTNESS && colorDifference(one, other) < ALIKE_DIFFERENCE
