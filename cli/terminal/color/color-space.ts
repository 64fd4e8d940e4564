/** Red, green and blue, each 0…255. */
export type Rgb = readonly [number, number, number]

/** Lightness 0…1 and two axes of hue; distances match what people see (Ottosson, Oklab, 2020). */
type Oklab = readonly [number, number, number]

export const parseColor = (color: string): Rgb => {
  const value = Number.parseInt(color.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** `#RRGGBB`. */
export const formatColor = (rgb: Rgb): string =>
  `#${rgb.map(channel => Math.round(channel).toString(16).padStart(2, '0').toUpperCase()).join('')}`

/** WCAG 2.2 relative luminance, 0…1. */
export function luminanceOf(color: Rgb): number {
  const [red, green, blue] = linearRgbOf(color)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2 contrast ratio, 1…21, of two `#RRGGBB` colours. */
export function contrastOf(first: string, second: string): number {
  const [one, other] = [luminanceOf(parseColor(first)), luminanceOf(parseColor(second))]
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
}

export function oklabOf(color: Rgb): Oklab {
  const [red, green, blue] = linearRgbOf(color)
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** The most vivid colour of this lightness and hue that a screen can show. */
export function rgbOfOklab([lightness, a, b]: Oklab): Rgb {
  const whole = channelsOf([lightness, a, b])
  if (isShown(whole)) return encodedOf(whole)
  let [least, most] = [0, 1]
  for (let step = 0; step < 12; step++) {
    const vividness = (least + most) / 2
    if (isShown(channelsOf([lightness, a * vividness, b * vividness]))) least = vividness
    else most = vividness
  }
  return encodedOf(channelsOf([lightness, a * least, b * least]))
}

export const colorDistanceOf = (one: Oklab, other: Oklab): number =>
  Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])

/** Linear light, each 0…1 where a screen can show it. */
function channelsOf([lightness, a, b]: Oklab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

const isShown = ([red, green, blue]: Rgb): boolean =>
  Math.min(red, green, blue) > -1e-4 && Math.max(red, green, blue) < 1 + 1e-4

/** Linear light, each 0…1. */
export const linearRgbOf = ([red, green, blue]: Rgb): Rgb => [decoded(red), decoded(green), decoded(blue)]

/** The transfer function of sRGB (IEC 61966-2-1), and back. */
const decoded = (channel: number): number => {
  const value = channel / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

const encodedOf = ([red, green, blue]: Rgb): Rgb => [encoded(red), encoded(green), encoded(blue)]

const encoded = (linear: number): number => {
  const value = Math.min(1, Math.max(0, linear))
  return 255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)
}
