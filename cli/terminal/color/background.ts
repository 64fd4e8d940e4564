import { luminanceOf, parseColor } from './color-space.ts'

/** Where nothing is known: a ground from which what stands out also stands out from black, and from white. */
const ASSUMED = { dark: '#1C1C1C', light: '#F2F2F2' } as const

/** Up to this luminance white stands out more from a ground than black does. */
const DARK_LUMINANCE = 0.179

export const isDark = (color: string): boolean => luminanceOf(parseColor(color)) < DARK_LUMINANCE

/**
 * The background behind all text, `#RRGGBB`: what the terminal said, else what COLORFGBG says (rxvt, Konsole), else a dark
 * one; a choice between dark and light wins over both.
 */
export function backgroundOf(facts: {
  readonly chosen: 'auto' | 'dark' | 'light'
  /** What the terminal answered. */
  readonly reported: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
}): string {
  const { chosen, reported, environment } = facts
  const known = reported ?? ASSUMED[isLightByVariable(environment.COLORFGBG) ? 'light' : 'dark']
  if (chosen === 'auto') return known
  return isDark(known) === (chosen === 'dark') ? known : ASSUMED[chosen]
}

/** `foreground;background`, as numbers among the 16 colours, of which white and the bright ones but grey are light. */
const isLightByVariable = (value = ''): boolean => /;(?:7|9|1[0-5])$/.test(value)
