import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import type { CellSize } from '../../terminal/ask/terminal-report.ts'
import type { KittyPixels } from '../../terminal/draw/kitty-graphics.ts'

/** What a decoder makes of a GIF. */
export type FrameFormat =
  /** Two colours for each cell. */
  | { readonly type: 'cells'; readonly depth: PictureDepth; readonly cell?: CellSize | undefined }
  /** The same, and now and then a frame as a sixel image too, its transparent parts in the colour of `ground`. */
  | {
      readonly type: 'sixels'
      readonly depth: PictureDepth
      readonly cell: CellSize
      readonly ground: number
      readonly shortestMs: number
      readonly maxBytes: number
    }
  /** Images for the terminal to keep, no more than `maxBytes` of them and none shown for less than `shortestMs`. */
  | {
      readonly type: 'images'
      readonly cell: CellSize
      readonly shortestMs: number
      readonly maxBytes: number
    }

/** A frame as it was asked for. */
export type FormattedFrame =
  | {
      readonly type: 'cells'
      readonly colors: Int32Array<ArrayBuffer>
      readonly delayMs: number
      readonly sixel?: string
    }
  /** `previousMs` is how long the one before it is shown; 0 for the first. */
  | { readonly type: 'image'; readonly pixels: KittyPixels; readonly previousMs: number }

/** Cells of a picture on the screen. */
export interface CellArea {
  readonly columns: number
  readonly rows: number
}
