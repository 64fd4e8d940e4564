import type { EmojiKind } from './emoji-kinds.ts'
import type { OuterTerminal } from './tmux-client.ts'

/** Pixels of one cell of the screen. */
export interface CellSize {
  readonly width: number
  readonly height: number
}

/** The answers of a terminal. What it did not answer is `undefined`, false or empty. */
export interface TerminalReport {
  /** Milliseconds until the last answer; `undefined` when it was late or the terminal not asked. */
  readonly answeredAfterMs: number | undefined
  /** Its name and version (XTVERSION), such as `kitty(0.41.1)` or `XTerm(379)`. */
  readonly version: string | undefined
  /** Primary device attributes (DA1); 4 is sixel. */
  readonly attributes: readonly number[]
  readonly hasKittyGraphics: boolean
  /** The terminal around tmux, where that passes kitty's graphics on. */
  readonly outer: OuterTerminal | undefined
  /** Whether it animates images itself. Asked only where images can be part of the text. */
  readonly hasKittyAnimation: boolean
  readonly cell: CellSize | undefined
  readonly hasSynchronizedOutput: boolean
  /** Whether it surely marks what is pasted (mode 2004). */
  readonly hasBracketedPaste: boolean
  /** Whether it knows kitty's key protocol, which tells Shift-Enter from Enter. */
  readonly hasKeyProtocol: boolean
  /** Kinds of emoji that it does not draw two cells wide. */
  readonly misdrawnEmoji: readonly EmojiKind[]
  /** The default background, `#RRGGBB` (OSC 11). */
  readonly background: string | undefined
}

/** The report of a terminal that was not asked or did not answer. */
export const SILENT_REPORT: TerminalReport = {
  answeredAfterMs: undefined,
  version: undefined,
  attributes: [],
  hasKittyGraphics: false,
  outer: undefined,
  hasKittyAnimation: false,
  cell: undefined,
  hasSynchronizedOutput: false,
  hasBracketedPaste: false,
  hasKeyProtocol: false,
  misdrawnEmoji: [],
  background: undefined,
}
