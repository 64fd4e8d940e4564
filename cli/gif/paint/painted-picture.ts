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
  readonly animation: GifAnimation
  readonly playback = new GifPlayback()
  readonly frames: PictureFrame[] = []
  /** Its memory, here or in the terminal. */
  bytes = 0
  /** Whether the reader wants it to play. */
  isPlaying: boolean
  shownIndex = 0
  /** How often it plays; 0 is for ever. */
  readonly plays: number

  constructor(id: number, area: CellArea, isPlaying: boolean, plays = 0) {
    this.plays = plays
    this.animation = new GifAnimation(plays)
    this.id = id
    this.columns = area.columns
    this.rows = area.rows
    this.isPlaying = isPlaying
  }

  /** Milliseconds until it shows something else or ends; `undefined` if neither is known. */
  dueIn(now: number): number | undefined {
    const elapsed = this.playback.playedMs(now)
    const endsIn = Math.max(0, this.animation.endMs - elapsed)
    if (this.frames.length < 2) return Number.isFinite(endsIn) ? endsIn : undefined
    if (this.animation.frameAt(elapsed) !== this.shownIndex) return 0
    return this.animation.untilNextFrame(elapsed) ?? (Number.isFinite(endsIn) ? endsIn : undefined)
  }

  /** Whether it has played as often as it shall, and shows its last frame. */
  hasPlayed(now: number): boolean {
    const { animation, frames, playback } = this
    const hasEnded = playback.playedMs(now) >= animation.endMs
    return hasEnded && (frames.length < 2 || this.shownIndex === animation.frameAt(animation.endMs))
  }

  get shownFrame(): PictureFrame | undefined {
    return this.frames[this.shownIndex]
  }
}
