import { SILENT_REPORT, type TerminalReport } from './terminal-report.ts'

/** How many colours text can have. */
export type ColorDepth = 'truecolor' | '256' | '16' | 'none'

/** How many colours a picture of half blocks has. */
export type PictureDepth = Exclude<ColorDepth, 'none'>

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

const TRUECOLOR_TERMS = /direct|truecolor|kitty|ghostty|alacritty|foot|wezterm|contour|rio|mlterm/
const TRUECOLOR_PROGRAMS = /^(?:iTerm\.app|WezTerm|vscode|ghostty|WarpTerminal|Hyper|mintty|rio|Tabby)$/
/** Programs whose XTVERSION answer is enough, also over ssh, which drops COLORTERM. */
const TRUECOLOR_VERSIONS =
  /^(?:kitty|ghostty|rio|iTerm2|WezTerm|foot|contour|Konsole|VTE|xterm\.js|mintty)\b/i

/** How many colours a terminal has, by the environment and its answers (NO_COLOR: no-color.org). */
export function reportedColorDepth(
  environment: EnvironmentVariables,
  report: TerminalReport = SILENT_REPORT,
): ColorDepth {
  const { NO_COLOR, TERM = '', COLORTERM = '', TERM_PROGRAM = '', WT_SESSION } = environment
  if (NO_COLOR || TERM === 'dumb' || /^vt\d/.test(TERM)) return 'none'
  if (/^(?:truecolor|24bit)$/.test(COLORTERM) || WT_SESSION !== undefined) return 'truecolor'
  if (TRUECOLOR_TERMS.test(TERM) || TRUECOLOR_PROGRAMS.test(TERM_PROGRAM)) return 'truecolor'
  if (TRUECOLOR_VERSIONS.test(report.version ?? '') || isColorfulXterm(report)) return 'truecolor'
  if (TERM.includes('256')) return '256'
  return TERM === '' ? 'none' : '16'
}

/** Since patch 331, xterm shows every colour or the nearest it has, though its TERM promises 8. */
const isColorfulXterm = ({ version = '' }: TerminalReport): boolean =>
  Number(/^XTerm\((\d+)\)/.exec(version)?.[1] ?? 0) >= 331
