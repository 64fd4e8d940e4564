import type { ColorDepth } from '../ask/color-depth.ts'
import { contrastOf, parseColor } from './color-space.ts'
import { nearestPaletteColor } from './palette.ts'
import { LEAST_CONTRAST, readableColor } from './readable-color.ts'

/** How many colours text can have, and the background behind it. */
export interface ScreenColors {
  readonly depth: ColorDepth
  /** `#RRGGBB`. */
  readonly background: string
}

/** What a screen shows for a colour: `#RRGGBB`, and its number if the screen has a palette. */
interface ShownColor {
  readonly color: string
  readonly index?: number
}

/**
 * What this screen shows for `color`. As text it is made readable; a swatch stays as near as it
 * can. Undefined if the screen has no colour for it.
 */
export function colorOnScreen(
  color: string,
  { depth, background }: ScreenColors,
  isText: boolean,
): ShownColor | undefined {
  if (depth === 'none') return undefined
  const wanted = isText ? readableColor(color, background) : color
  if (depth === 'truecolor') return { color: wanted }
  const isAllowed = (other: string) => !isText || contrastOf(other, background) >= LEAST_CONTRAST
  return nearestPaletteColor(parseColor(wanted), depth, isAllowed)
}
