import { luminanceOf, parseColor } from './color-space.ts'

/** Backgrounds to assume. Text that is readable on them is so on black, or white, as well. */
const ASSUMED = { dark: '#1C1C1C', light: '#F2F2F2' } as const

/** On a background of less luminance, white has more contrast than black. */
const DARK_LUMINANCE = 0.179

export const isDarkColor = (color: string): boolean => luminanceOf(parseColor(color)) < DARK_LUMINANCE

/**
 * The background of the terminal, `#RRGGBB`: its own answer, or else what COLORFGBG says (rxvt,
 * Konsole), or else a dark one. A choice of dark or light overrides all of them.
 */
export function backgroundColorOf(facts: {
  readonly chosen: 'auto' | 'dark' | 'light'
  /** What the terminal answered. */
  readonly reported: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
}): string {
  const { chosen, reported, environment } = facts
  const known = reported ?? ASSUMED[isLightByVariable(environment.COLORFGBG) ? 'light' : 'dark']
  if (chosen === 'auto') return known
  return isDarkColor(known) === (chosen === 'dark') ? known : ASSUMED[chosen]
}

/** COLORFGBG is `foreground;background`. Of the 16 colours, 7, 9 and 10 to 15 are light. */
const isLightByVariable = (value = ''): boolean => /;(?:7|9|1[0-5])$/.test(value)
