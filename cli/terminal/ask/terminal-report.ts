import type { EmojiKind } from './emoji-kinds.ts'

/** Pixels of one cell of the screen. */
export interface CellSize {
  readonly width: number
  readonly height: number
}

/** What a terminal said of itself when it was asked; what it left unsaid is `undefined`, false or empty. */
export interface TerminalReport {
  /** Milliseconds until the last answer; `undefined` when it did not answer in time, or was not asked. */
  readonly answeredAfterMs: number | undefined
  /** Its name and version in its own words (XTVERSION): `kitty(0.41.1)`, `XTerm(379)`. */
  readonly version: string | undefined
  /** Primary device attributes (DA1); 4 is sixel. */
  readonly attributes: readonly number[]
  readonly hasKittyGraphics: boolean
  /** Whether it plays the frames of an image by itself; asked only where pictures can be part of the text. */
  readonly hasKittyAnimation: boolean
  readonly cell: CellSize | undefined
  readonly hasSynchronizedOutput: boolean
  /** Emoji of several characters that it does not draw as one of two cells. */
  readonly misdrawnEmoji: readonly EmojiKind[]
  /** The background behind all text, `#RRGGBB` (OSC 11). */
  readonly background: string | undefined
}

/** Of a terminal that was not asked, or said nothing. */
export const SILENT_REPORT: TerminalReport = {
  answeredAfterMs: undefined,
  version: undefined,
  attributes: [],
  hasKittyGraphics: false,
  hasKittyAnimation: false,
  cell: undefined,
  hasSynchronizedOutput: false,
  misdrawnEmoji: [],
  background: undefined,
}
