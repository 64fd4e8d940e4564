import type { ColorDepth } from '../ask/color-depth.ts'
import { parseColor } from './color-space.ts'
import { colorCode } from './colors.ts'
import { nearestPaletteColor } from './palette.ts'

/** A stripe in an identity's colour (`#RRGGBB`); empty where the terminal has no colours. */
export function colorSwatch(color: string, depth: ColorDepth): string {
  if (depth === 'none') return ''
  const rgb = parseColor(color)
  const code =
    depth === 'truecolor' ? (rgb[0] << 16) | (rgb[1] << 8) | rgb[2] : nearestPaletteColor(rgb, depth)?.index
  return code === undefined ? '' : `\x1b[${colorCode(code, depth, 'fore')}m█████\x1b[39m`
}
