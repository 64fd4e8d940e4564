import type { PictureDepth } from '../../terminal/ask/color-depth.ts'
import type { CellSize } from '../../terminal/ask/terminal-report.ts'
import type { KittyPixels } from '../../terminal/draw/kitty-graphics.ts'

/** What the decoder makes of each frame. */
export type FrameFormat =
  /** Two colours for each cell. */
  | { readonly type: 'cells'; readonly depth: PictureDepth; readonly cell?: CellSize | undefined }
  /** Two colours for each cell, and some frames as a sixel image too, on the colour `ground`. */
  | {
      readonly type: 'sixels'
      readonly depth: PictureDepth
      readonly cell: CellSize
      readonly ground: number
      readonly shortestMs: number
      readonly maxBytes: number
    }
  /** Images that the terminal keeps: at most `maxBytes`, each shown for at least `shortestMs`. */
  | {
      readonly type: 'images'
      readonly cell: CellSize
      readonly shortestMs: number
      readonly maxBytes: number
    }

export type FormattedFrame =
  | {
      readonly type: 'cells'
      readonly colors: Int32Array<ArrayBuffer>
      readonly delayMs: number
      readonly sixel?: string
    }
  /** `previousMs` is how long the frame before is shown; 0 for the first frame. */
  | { readonly type: 'image'; readonly pixels: KittyPixels; readonly previousMs: number }

export interface CellArea {
  readonly columns: number
  readonly rows: number
}
