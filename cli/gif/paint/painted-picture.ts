import type { CellFrame } from '../../terminal/draw/half-blocks.ts'
import type { CellArea } from '../decode/frame-format.ts'
import { GifAnimation } from '../gif-animation.ts'
import { GifPlayback } from '../gif-playback.ts'
import type { GifPicture } from '../gif-stage.ts'

/** A frame to show: the colours of its cells, or the id of an image that the terminal has. */
export type PictureFrame = { readonly cells: CellFrame } | { readonly image: number }

/** A loaded picture: its frames so far, and the one that is shown. */
export class PaintedPicture implements GifPicture {
  readonly id: number
  readonly columns: number
  readonly rows: number
  readonly animation = new GifAnimation()
  readonly playback = new GifPlayback()
  readonly frames: PictureFrame[] = []
  /** Its memory, here or in the terminal. */
  bytes = 0
  /** Whether the reader wants it to play. */
  isPlaying: boolean
  shownIndex = 0

  constructor(id: number, area: CellArea, isPlaying: boolean) {
    this.id = id
    this.columns = area.columns
    this.rows = area.rows
    this.isPlaying = isPlaying
  }

  get shownFrame(): PictureFrame | undefined {
    return this.frames[this.shownIndex]
  }
}
