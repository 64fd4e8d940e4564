import { inlineFileSequence } from '../../terminal/draw/inline-file.ts'
import type { FrameFormat } from '../decode/frame-format.ts'
import type { OverlayImage, OverlayKind } from './overlay-painter.ts'
import type { PaintedPicture } from './painted-picture.ts'

/** Gives the terminal the file, which it animates, if pictures may play at their own pace. */
export class InlineFileOverlay implements OverlayKind {
  readonly isSingle = false
  readonly format: FrameFormat
  readonly #mayPlay: boolean
  readonly #maxBytes: number
  readonly #images = new Map<number, OverlayImage>()

  /** A file of more than `maxBytes` is shown in half blocks. */
  constructor(format: FrameFormat, mayPlay: boolean, maxBytes: number) {
    this.format = format
    this.#mayPlay = mayPlay
    this.#maxBytes = maxBytes
  }

  openPicture(picture: PaintedPicture, bytes: Uint8Array): void {
    if (!this.#mayPlay) return
    const text = inlineFileSequence(bytes, picture)
    if (text.length > this.#maxBytes) return
    picture.bytes += text.length
    this.#images.set(picture.id, { version: 0, text })
  }

  addFrame(): void {}

  overlayImageOf(picture: PaintedPicture): OverlayImage | undefined {
    return picture.isPlaying ? this.#images.get(picture.id) : undefined
  }

  freePicture({ id }: PaintedPicture): void {
    this.#images.delete(id)
  }
}
