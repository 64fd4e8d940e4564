import type { Texts } from '../../i18n/en.ts'
import type { TerminalReport } from '../../terminal/ask/terminal-report.ts'
import type { ScreenColors } from '../../terminal/color/shown-color.ts'
import type { DisplaySettings } from './display-settings.ts'

/** The properties of the screen, and the language of its texts. */
export interface Environment {
  readonly texts: Texts
  readonly display: DisplaySettings
  /** What the terminal reported about itself. */
  readonly terminal: TerminalReport
  readonly size: { readonly columns: number; readonly rows: number }
  readonly colors: ScreenColors
  /** False under NO_COLOR. */
  readonly hasColor: boolean
  /** Whether the terminal supports hyperlinks. */
  readonly hasLinks: boolean
  /**
   * Whether the app may ask the terminal to write to the clipboard. The terminal does not report
   * whether it did.
   */
  readonly hasClipboard: boolean
  /** The server's addresses for invitations, the best one first. */
  readonly servers: readonly [string, ...string[]]
  /** The address at which this client reaches it, `ws://host:port`. */
  readonly dialledServer: string
  /** Returns a readable title for a new room, a different one each time. */
  readonly suggestTitle: () => string
}
