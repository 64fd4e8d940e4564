import type { PictureSpan } from '../../terminal/draw/picture-screen.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { PictureById, SeenSpans } from './overlay.ts'
import type { PictureFrame, PlayedPicture } from './played-picture.ts'

/** How pictures get on the screen, and move there, at one level of graphics. */
export interface Painter {
  /** What decoders make for it. */
  readonly format: FrameFormat
  /** Bytes of pictures that may be kept while they are not seen, here or in the terminal. */
  readonly cacheBytes: number
  /** A GIF has passed the scan and becomes a picture. */
  open?(picture: PlayedPicture, bytes: Uint8Array): void
  /** Takes in the next frame of a picture; it is added to the picture's frames when it can be shown. */
  add(picture: PlayedPicture, frame: FormattedFrame): void
  /** Every frame was added; the last one is shown for `lastMs` where that was left open. */
  complete(picture: PlayedPicture, lastMs: number): void
  /** A picture begins to move, or stands still. */
  move(picture: PlayedPicture, isMoving: boolean): void
  /** A span of a picture, to be written where Ink has printed its placeholders in the colour of its id. */
  draw(span: PictureSpan, frame: PictureFrame): string
  /** What takes a span on a row of the screen from one frame to another. */
  change(row: number, span: PictureSpan, from: PictureFrame, to: PictureFrame): string
  /** Looks at what is seen of pictures; returns milliseconds until `overlay` has something to draw, if ever. */
  settle?(now: number, spans: SeenSpans, pictureOf: PictureById): number | undefined
  /** What is drawn over the cells. */
  overlay?(now: number, spans: SeenSpans, pictureOf: PictureById): string
  /** Lets go of a picture. */
  free(picture: PlayedPicture): void
  /** What takes all that is left of pictures out of the terminal's memory. */
  farewell(): string
}
