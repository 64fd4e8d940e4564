import type { TextProps } from 'ink'
import { readableColor } from '../state/readable-color.ts'
import type { Span, Tone } from '../state/row.ts'

type Look = Pick<TextProps, 'color' | 'bold' | 'dimColor' | 'inverse'>

/** Every look but the colours of identities. */
const LOOKS: Readonly<Record<Tone, Look>> = {
  strong: { bold: true },
  faint: { dimColor: true },
  warning: { color: 'yellow' },
  accent: { color: 'cyan' },
  selected: { bold: true, inverse: true },
}

/** How a span looks; without colour, its weight alone remains (no-color.org). */
export function lookOf({ color, tone }: Span, hasColor: boolean): Look {
  const look = tone === undefined ? {} : LOOKS[tone]
  if (hasColor) return color === undefined ? look : { ...look, color: readableColor(color) }
  const { color: _color, ...colorless } = look
  return colorless
}
