import type { DrawingPiece } from '../../terminal/draw/drawing-queue.ts'
import type { PictureSpan } from '../../terminal/draw/drawn-picture-tracker.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { PaintedPicture, PictureFrame } from './painted-picture.ts'
import type { PictureById, SeenSpans } from './painted-places.ts'

/** Draws and animates pictures at one level of graphics. */
export interface Painter {
  /** What the decoder makes of each frame. */
  readonly format: FrameFormat
  /** The most bytes of pictures to keep, here or in the terminal. */
  readonly cacheBytes: number
  /** A GIF has passed the scan; its frames follow. */
  openPicture?(picture: PaintedPicture, bytes: Uint8Array): void
  /** Takes the next frame, and adds it to the picture's frames once it can be shown. */
  addFrame(picture: PaintedPicture, frame: FormattedFrame): void
  /** Every frame was added. `lastMs` is how long the last image is shown. */
  endFrames(picture: PaintedPicture, lastMs: number): void
  /** A picture starts or stops moving. */
  setMoving(picture: PaintedPicture, isMoving: boolean): void
  /** What replaces a span of placeholders that Ink printed in the colour of the picture's id. */
  drawSpan(span: PictureSpan, frame: PictureFrame): string
  /** What changes a span on a row of the screen from one frame to another. */
  changeSpan(row: number, span: PictureSpan, from: PictureFrame, to: PictureFrame): string
  /**
   * Looks where pictures are now. Returns the milliseconds until `drawOverlay` has something to
   * draw.
   */
  settleOverlay?(now: number, spans: SeenSpans, pictureOf: PictureById): number | undefined
  /** What has to be drawn over the cells now. */
  drawOverlay?(now: number, spans: SeenSpans, pictureOf: PictureById): readonly DrawingPiece[]
  /** Frees a picture, also in the terminal. */
  freePicture(picture: PaintedPicture): void
  /** What deletes all pictures from the terminal's memory. */
  freeAllPictures(): string
}
