import { colorDistanceOf, formatColor, oklabOf, type Rgb } from './color-space.ts'
import { CUBE_STEPS, SIXTEEN } from './colors.ts'

interface PaletteColor {
  readonly index: number
  readonly color: string
}

const CUBE_AND_GRAYS: readonly Rgb[] = [
  ...CUBE_STEPS.flatMap(red =>
    CUBE_STEPS.flatMap(green => CUBE_STEPS.map((blue): Rgb => [red, green, blue])),
  ),
  ...Array.from({ length: 24 }, (_, step): Rgb => [8 + step * 10, 8 + step * 10, 8 + step * 10]),
]

const entry = (rgb: Rgb, index: number) => ({ index, color: formatColor(rgb), oklab: oklabOf(rgb) })

const PALETTES = {
  // Without the first 16, which each terminal sets as it likes.
  '256': CUBE_AND_GRAYS.map((rgb, index) => entry(rgb, index + 16)),
  '16': SIXTEEN.map(entry),
} as const

/** The allowed colour that looks nearest to `rgb`; undefined when none is allowed. */
export function nearestPaletteColor(
  rgb: Rgb,
  depth: '256' | '16',
  isAllowed: (color: string) => boolean = () => true,
): PaletteColor | undefined {
  const wanted = oklabOf(rgb)
  let nearest: PaletteColor | undefined
  let least = Number.POSITIVE_INFINITY
  for (const { index, color, oklab } of PALETTES[depth]) {
    const distance = colorDistanceOf(wanted, oklab)
    if (distance >= least || !isAllowed(color)) continue
    least = distance
    nearest = { index, color }
  }
  return nearest
}
