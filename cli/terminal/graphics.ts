import type { TerminalReport } from './terminal-report.ts'

/** How pictures are drawn, the best first; `text` draws none and stands for a terminal without colour or cursor. */
export const GRAPHICS_LEVELS = ['truecolor', '256', '16', 'text'] as const

export type GraphicsLevel = (typeof GRAPHICS_LEVELS)[number]

type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** What is known of a terminal without asking it. */
export interface TerminalFacts {
  readonly isTTY: boolean
  readonly environment: EnvironmentVariables
  /** The user's own choice, from `--graphics` or `GIFCHAT_GRAPHICS`. */
  readonly chosen?: GraphicsLevel | undefined
}

const TRUECOLOR_TERMS = /direct|truecolor|kitty|ghostty|alacritty|foot|wezterm|contour|rio/
const TRUECOLOR_PROGRAMS = /^(?:iTerm\.app|WezTerm|vscode|ghostty|WarpTerminal|Hyper|mintty|rio|Tabby)$/

/** Chooses how to draw pictures from the environment; NO_COLOR as in no-color.org. */
export function graphicsLevel({ isTTY, environment, chosen }: TerminalFacts): GraphicsLevel {
  if (chosen !== undefined) return chosen
  const { NO_COLOR, TERM = '', COLORTERM = '', TERM_PROGRAM = '', WT_SESSION } = environment
  if (!isTTY || NO_COLOR || TERM === 'dumb' || /^vt\d/.test(TERM)) return 'text'
  if (/^(?:truecolor|24bit)$/.test(COLORTERM) || WT_SESSION !== undefined) return 'truecolor'
  if (TRUECOLOR_TERMS.test(TERM) || TRUECOLOR_PROGRAMS.test(TERM_PROGRAM)) return 'truecolor'
  if (TERM.includes('256')) return '256'
  return TERM === '' ? 'text' : '16'
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
