import { type EnvironmentVariables, reportedColorDepth } from './color-depth.ts'
import { SILENT_REPORT, type TerminalReport } from './terminal-report.ts'
import type { OuterTerminal } from './tmux-client.ts'

/**
 * How pictures are drawn, the best first:
 * - `kitty`: images in the text, which the terminal animates
 * - `kitty-frames`: images in the text, of which we choose the frame
 * - `iterm2`: the file, which the terminal animates
 * - `sixel`: sixel images over half blocks
 * - `truecolor`, `256`, `16`: half blocks in so many colours
 * - `text`: no picture, for terminals without colour or cursor
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

interface TerminalFacts {
  readonly isTTY: boolean
  readonly environment: EnvironmentVariables
  /** The user's own choice, from `--graphics` or `GIFCHAT_GRAPHICS`. */
  readonly chosen?: GraphicsLevel | undefined
  /** Its answers; absent when it was not asked. */
  readonly report?: TerminalReport
}

/** The attribute in DA1 of a terminal that shows sixels. */
export const SIXEL_ATTRIBUTE = 4

/**
 * Konsole 22.12 keeps each sixel image beneath what is drawn later, so that the text is unreadable
 * after a few scrolls. Newer ones were not measured; `--graphics sixel` tries them.
 */
const KEEPS_SIXELS = /^Konsole\b/

/** The level that the user chose, or else the best one that the terminal supports. */
export function terminalGraphicsLevel({
  isTTY,
  environment,
  chosen,
  report = SILENT_REPORT,
}: TerminalFacts): GraphicsLevel {
  if (chosen !== undefined) return chosen
  const depth = isTTY ? reportedColorDepth(environment, report) : 'none'
  if (depth === 'none') return 'text'
  if (isTerminalMultiplexer(environment) && report.outer === undefined) return depth
  if (canShowPlaceholders(report)) return report.hasKittyAnimation ? 'kitty' : 'kitty-frames'
  if (playsFiles(report, environment)) return 'iterm2'
  const hasSixels = report.attributes.includes(SIXEL_ATTRIBUTE) && report.cell !== undefined
  if (hasSixels && !KEEPS_SIXELS.test(report.version ?? '')) return 'sixel'
  return depth
}

/** Whether this is a multiplexer, which passes only text on, unless tmux is told to do more. */
export const isTerminalMultiplexer = ({ TMUX, STY, ZELLIJ, TERM = '' }: EnvironmentVariables): boolean =>
  TMUX !== undefined || STY !== undefined || ZELLIJ !== undefined || /^(?:tmux|screen)/.test(TERM)

/**
 * Whether images can be part of the text. An answer to kitty's query is not enough: WezTerm and
 * Konsole also answer `_Gi=31;OK`, but print placeholders as boxes.
 */
export function canShowPlaceholders(report: TerminalReport): boolean {
  return report.hasKittyGraphics && isKnownForPlaceholders(report.outer?.version ?? report.version ?? '')
}

function isKnownForPlaceholders(version: string): boolean {
  const kitty = /^kitty\((\d+)\.(\d+)/.exec(version)
  if (kitty !== null) return Number(kitty[1]) > 0 || Number(kitty[2]) >= 28
  return /^ghostty\b/i.test(version) || /^rio\b/i.test(version)
}

/**
 * Whether tmux passes on what the terminal around it needs for images in the text. tmux would turn
 * the id of an image into another colour where it has fewer than all.
 */
export const canPassPlaceholders = ({ version, hasManyColors, isReached }: OuterTerminal): boolean =>
  isReached && hasManyColors && isKnownForPlaceholders(version)

/** iTerm2 and WezTerm animate an inline GIF. Others that know the sequence show one frame only. */
const playsFiles = (
  { version }: TerminalReport,
  { TERM_PROGRAM, LC_TERMINAL }: EnvironmentVariables,
): boolean =>
  version === undefined
    ? TERM_PROGRAM === 'iTerm.app' || LC_TERMINAL === 'iTerm2' || TERM_PROGRAM === 'WezTerm'
    : /^(?:iTerm2|WezTerm)\b/.test(version)
