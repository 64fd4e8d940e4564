import { moveToSpanSequence, type PictureSpan } from '../../terminal/draw/drawn-picture-tracker.ts'
import { kittyFreeSequence, kittyImageSequence } from '../../terminal/draw/kitty-graphics.ts'
import { placeholderCells, placeholderColor } from '../../terminal/draw/placeholder.ts'
import type { TerminalUplink } from '../../terminal/draw/terminal-uplink.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { PaintedPicture, PictureFrame } from './painted-picture.ts'
import type { Painter } from './painter.ts'

/**
 * Gives the terminal each frame as an image, and animates by changing the placeholders' colour,
 * which is the image's id. For terminals with placeholders but without `a=f`: Ghostty 1.3.1 answers
 * `ERROR: unimplemented action`.
 */
export class KittyFramesPainter implements Painter {
  readonly format: FrameFormat
  readonly cacheBytes = 128 * 1024 * 1024
  readonly #uplink: TerminalUplink
  readonly #newId: () => number
  /** The ids of the images that the terminal has, by picture. */
  readonly #images = new Map<number, number[]>()

  constructor(format: FrameFormat, uplink: TerminalUplink, newId: () => number) {
    this.format = format
    this.#uplink = uplink
    this.#newId = newId
  }

  addFrame(picture: PaintedPicture, frame: FormattedFrame): void {
    if (frame.type !== 'image') return
    const { pixels, previousMs } = frame
    const images = this.#images.get(picture.id) ?? []
    this.#images.set(picture.id, images)
    const image = images.length === 0 ? picture.id : this.#newId()
    if (images.length > 0) picture.animation.addFrame(previousMs)
    images.push(image)
    picture.bytes += pixels.width * pixels.height * 4
    if (images.length === 1) picture.frames.push({ image })
    // Further images are shown once they were sent; before that their cells would be empty.
    const onSent = images.length === 1 ? undefined : () => picture.frames.push({ image })
    const { columns, rows } = picture
    this.#uplink.sendPicture(picture.id, kittyImageSequence({ id: image, columns, rows }, pixels), onSent)
  }

  endFrames(picture: PaintedPicture, lastMs: number): void {
    picture.animation.addFrame(lastMs)
    picture.animation.endFrames()
  }

  setMoving(): void {}

  drawSpan(span: PictureSpan, frame: PictureFrame): string {
    if (!('image' in frame)) return ''
    const cells = placeholderCells(span.pictureRow, span.pictureColumn, span.length)
    return frame.image === span.picture
      ? cells
      : placeholderColor(frame.image) + cells + placeholderColor(span.picture)
  }

  changeSpan(row: number, span: PictureSpan, _from: PictureFrame, to: PictureFrame): string {
    if (!('image' in to)) return ''
    return (
      moveToSpanSequence(row, span) +
      placeholderColor(to.image) +
      placeholderCells(span.pictureRow, span.pictureColumn, span.length)
    )
  }

  freePicture({ id }: PaintedPicture): void {
    this.#uplink.dropPicture(id)
    for (const image of this.#images.get(id) ?? []) this.#uplink.sendPicture(id, kittyFreeSequence(image))
    this.#images.delete(id)
  }

  freeAllPictures(): string {
    return [...this.#images.values()].flat().map(kittyFreeSequence).join('')
  }
}
