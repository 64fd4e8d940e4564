import { cellColor, colorCode } from './colors.ts'
import type { GraphicsLevel } from './graphics.ts'

/** A stripe in an identity's colour (`#RRGGBB`); empty where a terminal has no colours to show it. */
export function swatch(color: string, level: GraphicsLevel): string {
  if (level === 'text') return ''
  const nearest = cellColor(0xff000000 + Number.parseInt(color.slice(1), 16), level)
  return `\x1b[${colorCode(nearest, level, 'fore')}m█████\x1b[39m`
}
