import type { Texts } from '../../i18n/en.ts'
import type { ColorDepth } from '../../terminal/ask/color-depth.ts'
import type { TerminalReport } from '../../terminal/ask/terminal-report.ts'
import type { DisplaySettings } from './display-settings.ts'

/** What colours text can have, and on which ground. */
export interface ColorSettings {
  readonly depth: ColorDepth
  /** `#RRGGBB`. */
  readonly background: string
}

/** What the screen is like, and in which language it speaks. */
export interface Environment {
  readonly texts: Texts
  /** What the person has set about the screen. */
  readonly display: DisplaySettings
  /** What the terminal said of itself. */
  readonly terminal: TerminalReport
  readonly size: { readonly columns: number; readonly rows: number }
  readonly colors: ColorSettings
  /** False under NO_COLOR. */
  readonly hasColor: boolean
  /** Whether the terminal makes links of what it is told to be one. */
  readonly hasLinks: boolean
  /** Whether it may be asked to put something on the clipboard; whether it does, nobody can tell. */
  readonly hasClipboard: boolean
  /** `ws://host:port`, for the lines that people hand on. */
  readonly server: string
  /** A readable title for a new room, another each time. */
  readonly suggestTitle: () => string
}
