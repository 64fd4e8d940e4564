import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { OverlayImage, OverlayKind } from './overlay-painter.ts'
import type { PaintedPicture } from './painted-picture.ts'

/** Shows sixel images of some frames, for one large picture at a time: each costs 30 to 75 KiB. */
export class SixelOverlay implements OverlayKind {
  readonly isSingle = true
  readonly format: FrameFormat
  /** By picture, one for each frame; undefined for a frame without an image. */
  readonly #images = new Map<number, (string | undefined)[]>()

  constructor(format: FrameFormat) {
    this.format = format
  }

  openPicture(picture: PaintedPicture): void {
    this.#images.set(picture.id, [])
  }

  addFrame(picture: PaintedPicture, frame: FormattedFrame): void {
    if (frame.type !== 'cells') return
    picture.bytes += frame.sixel?.length ?? 0
    this.#images.get(picture.id)?.push(frame.sixel)
  }

  /** The image of the current frame, or of the last frame before it that has one. */
  overlayImageOf(picture: PaintedPicture): OverlayImage | undefined {
    const images = this.#images.get(picture.id) ?? []
    const version = images.findLastIndex((text, index) => text !== undefined && index <= picture.shownIndex)
    const text = images[version]
    return text === undefined ? undefined : { version, text }
  }

  freePicture({ id }: PaintedPicture): void {
    this.#images.delete(id)
  }
}
