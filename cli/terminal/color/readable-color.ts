import { isDarkColor } from './background.ts'
import { contrastOf, formatColor, oklabOf, parseColor, rgbOfOklab } from './color-space.ts'

/** The least contrast for text (WCAG 2.2 §1.4.3). */
export const LEAST_CONTRAST = 4.5

/**
 * The colour (`#RRGGBB`) nearest to `color` that is readable on `background`. The hue stays. The
 * lightness moves away from the background's only as far as a contrast of 4.5 needs.
 */
export function readableColor(color: string, background: string): string {
  if (contrastOf(color, background) >= LEAST_CONTRAST) return color
  const [lightness, a, b] = oklabOf(parseColor(color))
  const goal = isDarkColor(background) ? 1 : 0
  let [near, far] = [lightness, goal]
  for (let step = 0; step < 12; step++) {
    const middle = (near + far) / 2
    const moved = formatColor(rgbOfOklab([middle, a, b]))
    if (contrastOf(moved, background) >= LEAST_CONTRAST) far = middle
    else near = middle
  }
  const moved = formatColor(rgbOfOklab([far, a, b]))
  if (contrastOf(moved, background) >= LEAST_CONTRAST) return moved
  return goal === 1 ? '#FFFFFF' : '#000000'
}
