import { colorDepth, type EnvironmentVariables } from './color-depth.ts'
import { SILENT_REPORT, type TerminalReport } from './terminal-report.ts'

/**
 * How pictures are drawn, the best first. `kitty`: images in the text that the terminal animates; `kitty-frames`: the
 * same, with each frame switched from here; `iterm2`: the file, which the terminal animates; `sixel`; half blocks in
 * so many colours; `text` draws none and stands for a terminal without colour or cursor.
 */
export const GRAPHICS_LEVELS = [
  'kitty',
  'kitty-frames',
  'iterm2',
  'sixel',
  'truecolor',
  '256',
  '16',
  'text',
] as const

export type GraphicsLevel = (typeof GRAPHICS_LEVELS)[number]

/** What is known of a terminal. */
export interface TerminalFacts {
  readonly isTTY: boolean
  readonly environment: EnvironmentVariables
  /** The user's own choice, from `--graphics` or `GIFCHAT_GRAPHICS`. */
  readonly chosen?: GraphicsLevel | undefined
  /** What it said of itself; left out, it was not asked. */
  readonly report?: TerminalReport
}

/** Of a terminal that shows sixels (DA1). */
export const SIXEL_ATTRIBUTE = 4

/** Chooses how to draw pictures: what the user wants, else the best that the terminal has answered to. */
export function graphicsLevel({
  isTTY,
  environment,
  chosen,
  report = SILENT_REPORT,
}: TerminalFacts): GraphicsLevel {
  if (chosen !== undefined) return chosen
  const depth = isTTY ? colorDepth(environment, report) : 'none'
  if (depth === 'none') return 'text'
  if (isMultiplexed(environment)) return depth
  if (showsPlaceholders(report)) return report.hasKittyAnimation ? 'kitty' : 'kitty-frames'
  if (playsFiles(report, environment)) return 'iterm2'
  if (report.attributes.includes(SIXEL_ATTRIBUTE) && report.cell !== undefined) return 'sixel'
  return depth
}

/** Whether a multiplexer stands between: it draws text alone, whatever the terminal around it can. */
export const isMultiplexed = ({ TMUX, STY, ZELLIJ, TERM = '' }: EnvironmentVariables): boolean =>
  TMUX !== undefined || STY !== undefined || ZELLIJ !== undefined || /^(?:tmux|screen)/.test(TERM)

/**
 * Whether images can be part of the text. An answer to kitty's question is not enough: WezTerm and Konsole give it too,
 * and show placeholders as boxes.
 */
export function showsPlaceholders({ hasKittyGraphics, version = '' }: TerminalReport): boolean {
  if (!hasKittyGraphics) return false
  const kitty = /^kitty\((\d+)\.(\d+)/.exec(version)
  if (kitty !== null) return Number(kitty[1]) > 0 || Number(kitty[2]) >= 28
  return /^ghostty\b/i.test(version) || /^rio\b/i.test(version)
}

/** iTerm2 and WezTerm animate a GIF given as a file; others that take iTerm2's sequence show its first frame only. */
const playsFiles = (
  { version }: TerminalReport,
  { TERM_PROGRAM, LC_TERMINAL }: EnvironmentVariables,
): boolean =>
  version === undefined
    ? TERM_PROGRAM === 'iTerm.app' || LC_TERMINAL === 'iTerm2' || TERM_PROGRAM === 'WezTerm'
    : /^(?:iTerm2|WezTerm)\b/.test(version)
