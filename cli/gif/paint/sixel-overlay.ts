import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { OverlayImage, OverlayKind } from './overlay-painter.ts'
import type { PlayedPicture } from './played-picture.ts'

/** Sixel images of some frames, for one picture at a time: each costs tens of kilobytes. */
export class SixelOverlay implements OverlayKind {
  readonly isSingle = true
  readonly format: FrameFormat
  /** By picture, in the order of its frames; a hole where a frame has none. */
  readonly #images = new Map<number, (string | undefined)[]>()

  constructor(format: FrameFormat) {
    this.format = format
  }

  open(picture: PlayedPicture): void {
    this.#images.set(picture.id, [])
  }

  add(picture: PlayedPicture, frame: FormattedFrame): void {
    if (frame.type !== 'cells') return
    picture.bytes += frame.sixel?.length ?? 0
    this.#images.get(picture.id)?.push(frame.sixel)
  }

  /** Of the frame that is shown, or of the last one before it that has one. */
  imageOf(picture: PlayedPicture): OverlayImage | undefined {
    const images = this.#images.get(picture.id) ?? []
    const version = images.findLastIndex((text, index) => text !== undefined && index <= picture.shownIndex)
    const text = images[version]
    return text === undefined ? undefined : { version, text }
  }

  free({ id }: PlayedPicture): void {
    this.#images.delete(id)
  }
}
