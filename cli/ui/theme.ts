import type { TextProps } from 'ink'
import { createContext } from 'react'
import type { Environment } from '../app/model/environment.ts'
import { isDarkColor } from '../terminal/color/background.ts'
import { colorOnScreen } from '../terminal/color/shown-color.ts'
import type { Span, Tone } from '../text/row.ts'

type Look = Pick<TextProps, 'color' | 'bold' | 'dimColor' | 'inverse' | 'underline'>

/** Tells how a span looks. */
type Theme = (span: Span) => Look

/** The weight of each tone, which also works without colours (no-color.org). */
const WEIGHTS: Readonly<Record<Tone, Look>> = {
  strong: { bold: true },
  faint: { dimColor: true },
  warning: {},
  accent: {},
  selected: { bold: true, inverse: true },
  link: { underline: true },
}

/** The tones with a colour, on a dark and on a light background. */
const COLORS = {
  dark: { warning: '#E5C07B', accent: '#56B6C2' },
  light: { warning: '#8A5A00', accent: '#00687A' },
} as const satisfies Record<string, Partial<Record<Tone, string>>>

const NAMES_OF_16 =
  'black red green yellow blue magenta cyan white blackBright redBright greenBright yellowBright blueBright magentaBright cyanBright whiteBright'.split(
    ' ',
  )

/** Makes the theme for the colours and the background of a terminal. */
export function createTheme({ colors, hasColor }: Pick<Environment, 'colors' | 'hasColor'>): Theme {
  const { background, depth } = colors
  if (!hasColor || depth === 'none') return ({ tone }) => (tone === undefined ? {} : WEIGHTS[tone])
  const toneColors: Partial<Record<Tone, string>> = COLORS[isDarkColor(background) ? 'dark' : 'light']
  const known = new Map<string, string | undefined>()
  const remembered = (key: string, find: () => string | undefined): string | undefined => {
    // More than there are people, but fewer than a hostile server can make up.
    if (known.size > 4_096) known.clear()
    if (!known.has(key)) known.set(key, find())
    return known.get(key)
  }
  const printed = (color: string, isText: boolean): string | undefined =>
    remembered(`${color}${isText}`, () => {
      const shown = colorOnScreen(color, colors, isText)
      if (shown?.index === undefined) return shown?.color
      return depth === '256' ? `ansi256(${shown.index})` : NAMES_OF_16[shown.index]
    })
  return ({ color, tone, isSwatch = false }) => {
    const weight = tone === undefined ? {} : WEIGHTS[tone]
    const wanted = color ?? (tone === undefined ? undefined : toneColors[tone])
    const shown = wanted === undefined ? undefined : printed(wanted, !isSwatch)
    return shown === undefined ? weight : { ...weight, color: shown }
  }
}

/** Replaces emoji that this terminal can't draw. */
export const DrawableContext = createContext<(text: string) => string>(text => text)

export const ThemeContext = createContext<Theme>(() => ({}))
