import { freeImage, transmitImage } from '../../terminal/draw/kitty-graphics.ts'
import { moveTo, type PictureSpan } from '../../terminal/draw/picture-screen.ts'
import { imageColor, placeholderCells } from '../../terminal/draw/placeholder.ts'
import type { Uplink } from '../../terminal/draw/uplink.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { Painter } from './painter.ts'
import type { PictureFrame, PlayedPicture } from './played-picture.ts'

/**
 * Gives the terminal each frame as an image, and animates by changing the placeholders' colour,
 * which is the image's id. For terminals with placeholders but without `a=f`: Ghostty 1.3.1 answers
 * `ERROR: unimplemented action`.
 */
export class KittyFramesPainter implements Painter {
  readonly format: FrameFormat
  readonly cacheBytes = 128 * 1024 * 1024
  readonly #uplink: Uplink
  readonly #newId: () => number
  /** The ids of the images that the terminal has, by picture. */
  readonly #images = new Map<number, number[]>()

  constructor(format: FrameFormat, uplink: Uplink, newId: () => number) {
    this.format = format
    this.#uplink = uplink
    this.#newId = newId
  }

  add(picture: PlayedPicture, frame: FormattedFrame): void {
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
    this.#uplink.send(picture.id, transmitImage({ id: image, columns, rows }, pixels), onSent)
  }

  complete(picture: PlayedPicture, lastMs: number): void {
    picture.animation.addFrame(lastMs)
    picture.animation.complete()
  }

  move(): void {}

  draw(span: PictureSpan, frame: PictureFrame): string {
    if (!('image' in frame)) return ''
    const cells = placeholderCells(span.pictureRow, span.pictureColumn, span.length)
    return frame.image === span.picture ? cells : imageColor(frame.image) + cells + imageColor(span.picture)
  }

  change(row: number, span: PictureSpan, _from: PictureFrame, to: PictureFrame): string {
    if (!('image' in to)) return ''
    return (
      moveTo(row, span) +
      imageColor(to.image) +
      placeholderCells(span.pictureRow, span.pictureColumn, span.length)
    )
  }

  free({ id }: PlayedPicture): void {
    this.#uplink.drop(id)
    for (const image of this.#images.get(id) ?? []) this.#uplink.send(id, freeImage(image))
    this.#images.delete(id)
  }

  farewell(): string {
    return [...this.#images.values()].flat().map(freeImage).join('')
  }
}
