/** Red, green and blue, each 0…255. */
type Rgb = readonly [number, number, number]

/** WCAG 2.2 §1.4.3: the least contrast for text. */
const LEAST_CONTRAST = 4.5

/**
 * The colour (`#RRGGBB`) nearest to `color` that can be read on `background`: moved towards white on a dark ground and
 * towards black on a light one, no further than a contrast of 4.5 needs.
 */
export function readableColor(color: string, background = '#000000'): string {
  const ground = parse(background)
  const original = parse(color)
  if (contrast(original, ground) >= LEAST_CONTRAST) return color
  const goal: Rgb = luminance(ground) < 0.18 ? [255, 255, 255] : [0, 0, 0]
  for (let share = 0.05; share < 1; share += 0.05) {
    const mixed = mix(original, goal, share)
    if (contrast(mixed, ground) >= LEAST_CONTRAST) return format(mixed)
  }
  return format(goal)
}

/** WCAG 2.2 contrast ratio, 1…21, of two `#RRGGBB` colours. */
export const contrastOf = (first: string, second: string): number => contrast(parse(first), parse(second))

function contrast(first: Rgb, second: Rgb): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number) => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  Math.round(from[0] + (to[0] - from[0]) * share),
  Math.round(from[1] + (to[1] - from[1]) * share),
  Math.round(from[2] + (to[2] - from[2]) * share),
]

const parse = (color: string): Rgb => {
  const value = Number.parseInt(color.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

const format = (rgb: Rgb): string =>
  `#${rgb.map(channel => channel.toString(16).padStart(2, '0').toUpperCase()).join('')}`
