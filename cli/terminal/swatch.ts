const BLOCKS = '█████'

/**
 * A stripe in an identity's colour (`#RRGGBB`) for a terminal of so many bits of colour, as `getColorDepth` counts them;
 * empty where a terminal has too few colours to show it.
 */
export function swatch(color: string, colorDepth: number): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(start =>
    Number.parseInt(color.slice(start, start + 2), 16),
  )
  if (colorDepth >= 24) return `\x1b[38;2;${red};${green};${blue}m${BLOCKS}\x1b[39m`
  if (colorDepth < 8) return ''
  // The colour cube of 256-colour terminals: 16 + 36 × red + 6 × green + blue, each in six steps.
  const [r = 0, g = 0, b = 0] = [red, green, blue].map(level => Math.round((level / 255) * 5))
  return `\x1b[38;5;${16 + 36 * r + 6 * g + b}m${BLOCKS}\x1b[39m`
}
