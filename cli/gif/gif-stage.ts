import type { GifRefusalReason } from '../../gif/gif-refusal.ts'
import type { GraphicsLevel } from '../terminal/ask/graphics.ts'
import type { CellSize } from '../terminal/ask/terminal-report.ts'

/** A decoded, scaled GIF that the screen can show; `id` is 24 bits, so that it fits a foreground colour. */
export interface GifPicture {
  readonly id: number
  /** Cells. */
  readonly columns: number
  readonly rows: number
}

/**
 * Shows GIFs inside what Ink lays out. Ink prints `placeholderRow(picture, row)` where a row of the picture belongs;
 * the stage sees it in what Ink writes, draws the picture there instead and moves it for as long as it is seen.
 */
export interface GifStage {
  /** Standard output for Ink. */
  readonly stdout: NodeJS.WriteStream
  /** What this terminal can show; with `text`, nothing is loaded and `gifLine` stands in for the picture. */
  readonly graphics: GraphicsLevel
  /** Bytes of a GIF are on their way: they will be decoded the sooner. */
  prepare(): void
  /**
   * Takes the bytes over: scans, decodes and scales to fit the box, in cells; resolves once the first frame is there,
   * and rejects with a `GifError` that says why there is none.
   */
  load(bytes: Uint8Array, box: { readonly columns: number; readonly rows: number }): Promise<GifPicture>
  /** False once the picture had to make room for others: load it again before it is shown again. */
  holds(picture: GifPicture): boolean
  /** Lets a picture play, or stand still at the frame that is shown; at first it does what the motion setting says. */
  setPlaying(picture: GifPicture, isPlaying: boolean): void
  /** The reader scrolls: no picture moves until a moment after the last call. */
  holdStill(): void
  /** The terminal's window lost or got the focus: without it, no picture moves. */
  setFocused(isFocused: boolean): void
  /** The terminal's cells have become another size: resolves with whether pictures have to be loaded again, as those made of pixels have. */
  setCell(cell: CellSize): Promise<boolean>
  close(): void
}

/** Why a GIF is not shown: it is refused as an upload would be, its decoder was stopped or failed, pictures are not shown (any more), or no other program shows it. */
export type GifErrorReason = GifRefusalReason | 'tooSlow' | 'decoderFailed' | 'notShown' | 'noViewer'

/** A GIF that can't be shown; whoever tells a person puts the reason into words. */
export class GifError extends Error {
  override readonly name = 'GifError'
  readonly reason: GifErrorReason

  constructor(reason: GifErrorReason, details = '') {
    super(`${reason} ${details}`.trim())
    this.reason = reason
  }
}
