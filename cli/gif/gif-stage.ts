import type { GifRefusalReason } from '../../gif/gif-refusal.ts'
import type { GraphicsLevel } from '../terminal/ask/graphics.ts'
import type { CellSize } from '../terminal/ask/terminal-report.ts'

/** A decoded and scaled GIF. `id` has 24 bits, so that it fits into a foreground colour. */
export interface GifPicture {
  readonly id: number
  /** Cells. */
  readonly columns: number
  readonly rows: number
}

/**
 * Shows GIFs inside Ink's layout. Ink prints `placeholderRow(picture, row)` where a row of the
 * picture belongs. The stage finds it in what Ink writes, draws the picture in its place, and
 * animates the picture while it is on the screen.
 */
export interface GifStage {
  /** Standard output for Ink. */
  readonly stdout: NodeJS.WriteStream
  /** How pictures are drawn; with `text`, none is loaded and `gifInWords` takes its place. */
  readonly graphics: GraphicsLevel
  /** Bytes of a GIF are on their way: starts the decoder meanwhile. */
  prepareDecoder(): void
  /**
   * Scans, decodes and scales a GIF to fit a box of cells. The bytes belong to the stage from now
   * on. Resolves once the first frame is there, or rejects with a `GifError`.
   */
  loadGif(bytes: Uint8Array, box: { readonly columns: number; readonly rows: number }): Promise<GifPicture>
  /** False once the picture was evicted: load it again before showing it again. */
  holdsPicture(picture: GifPicture): boolean
  /**
   * Plays a picture or stops it at its current frame. At first the motion setting decides. One that
   * has played as often as it shall begins again.
   */
  setPlaying(picture: GifPicture, isPlaying: boolean): void
  /** Tells `listener` of each picture that has played as often as it shall and stopped. */
  watchEnds(listener: (picture: GifPicture) => void): void
  /** The reader scrolls: no picture moves until a moment after the last call. */
  pauseForScroll(): void
  /** No picture moves while the terminal's window is without the focus. */
  setFocused(isFocused: boolean): void
  /**
   * The terminal's cells have another size. Resolves with whether all pictures must be loaded
   * again, as is so for those made of pixels.
   */
  setCellSize(cell: CellSize): Promise<boolean>
  close(): void
}

/**
 * Why a GIF is not shown. A `GifRefusalReason` says why it would be refused as an upload.
 * `notShown`: this terminal shows no pictures, or the stage is closed. `noViewer`: the system has
 * no program that shows GIFs.
 */
export type GifErrorReason = GifRefusalReason | 'tooSlow' | 'decoderFailed' | 'notShown' | 'noViewer'

/** A GIF that can't be shown. The catalogues of texts have a sentence for each reason. */
export class GifError extends Error {
  override readonly name = 'GifError'
  readonly reason: GifErrorReason

  constructor(reason: GifErrorReason, details = '') {
    super(`${reason} ${details}`.trim())
    this.reason = reason
  }
}
