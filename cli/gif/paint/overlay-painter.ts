import type { DrawingPiece } from '../../terminal/draw/drawing-queue.ts'
import { moveToSpanSequence, type PictureSpan } from '../../terminal/draw/drawn-picture-tracker.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { CellPainter } from './cell-painter.ts'
import type { PaintedPicture, PictureFrame } from './painted-picture.ts'
import {
  type PictureById,
  type Place,
  paintedPlaceKey,
  type SeenSpans,
  wholePaintedPlaces,
} from './painted-places.ts'
import type { Painter } from './painter.ts'

/** An image over the half blocks of a picture. It is drawn again when its version changes. */
export interface OverlayImage {
  readonly version: number
  readonly text: string
}

/** A kind of images: iTerm2's files or sixels. */
export interface OverlayKind {
  /** Whether of all large images only the lowest on the screen is shown. */
  readonly isSingle: boolean
  /** What the decoder makes of each frame. */
  readonly format: FrameFormat
  /** Called with each GIF that has passed the scan. */
  openPicture(picture: PaintedPicture, bytes: Uint8Array): void
  addFrame(picture: PaintedPicture, frame: FormattedFrame): void
  /** The image to show now; `undefined` where half blocks are to be shown. */
  overlayImageOf(picture: PaintedPicture): OverlayImage | undefined
  freePicture(picture: PaintedPicture): void
}

/** Any number of images that are smaller is shown, such as those of pixel art. */
const SMALL_BYTES = 4 * 1024

/** A picture gets its image only when it has not moved for so long: each image costs many bytes. */
const STILL_MS = 150

interface PlaceState extends Place {
  readonly since: number
  /** The version of the image that is on the screen there. */
  version: number | undefined
}

/** Draws half blocks, and over them an image where a picture is whole and does not scroll. */
export class OverlayPainter implements Painter {
  readonly format: FrameFormat
  readonly cacheBytes: number
  readonly #cells: CellPainter
  readonly #kind: OverlayKind
  readonly #rowsOnScreen: () => number
  readonly #mostBytes: () => number
  /** Pictures with cells that Ink printed since the last `settleOverlay`. */
  readonly #printed = new Set<number>()
  #places = new Map<string, PlaceState>()
  /** Keys of places that may show remains of an image. */
  #torn: ReadonlySet<string> = new Set()

  /** An image of more than `mostBytes` would keep keys waiting; half blocks take its place. */
  constructor(
    cells: CellPainter,
    kind: OverlayKind,
    screen: { readonly rowsOnScreen: () => number; readonly mostBytes: () => number },
  ) {
    this.format = kind.format
    this.cacheBytes = cells.cacheBytes
    this.#cells = cells
    this.#kind = kind
    this.#rowsOnScreen = screen.rowsOnScreen
    this.#mostBytes = screen.mostBytes
  }

  openPicture(picture: PaintedPicture, bytes: Uint8Array): void {
    this.#kind.openPicture(picture, bytes)
  }

  addFrame(picture: PaintedPicture, frame: FormattedFrame): void {
    this.#kind.addFrame(picture, frame)
    this.#cells.addFrame(picture, frame)
  }

  endFrames(picture: PaintedPicture): void {
    this.#cells.endFrames(picture)
  }

  setMoving(): void {}

  drawSpan(span: PictureSpan, frame: PictureFrame): string {
    this.#printed.add(span.picture)
    return this.#cells.drawSpan(span, frame)
  }

  changeSpan(row: number, span: PictureSpan, from: PictureFrame, to: PictureFrame): string {
    const isCovered = this.#places.get(paintedPlaceKey(row, span))?.version !== undefined
    return isCovered ? '' : this.#cells.changeSpan(row, span, from, to)
  }

  settleOverlay(now: number, spans: SeenSpans, pictureOf: PictureById): number | undefined {
    const seen = [...spans]
    const before = this.#places
    this.#places = new Map()
    for (const [key, place] of wholePaintedPlaces(seen, pictureOf)) {
      const known = this.#printed.has(place.picture.id) ? undefined : before.get(key)
      // Some terminals scroll when an image reaches the last row.
      if (place.row + place.picture.rows >= this.#rowsOnScreen()) continue
      this.#places.set(key, known ?? { ...place, since: now, version: undefined })
    }
    this.#printed.clear()
    const isTorn = (key: string) =>
      this.#torn.has(key) ||
      (before.get(key)?.version !== undefined && this.#places.get(key) !== before.get(key))
    // A torn place that is off the screen needs no mending.
    this.#torn = new Set(seen.map(([row, span]) => paintedPlaceKey(row, span)).filter(isTorn))
    const waits = this.#wanted().map(({ since }) => Math.max(0, since + STILL_MS - now))
    if (this.#torn.size > 0 || this.#unwanted().length > 0) waits.push(0)
    return waits.length === 0 ? undefined : Math.min(...waits)
  }

  drawOverlay(now: number, spans: SeenSpans, pictureOf: PictureById): readonly DrawingPiece[] {
    const seen = [...spans]
    const unwanted = this.#unwanted()
    for (const key of unwanted) this.#uncover(key)
    const bare = new Set([...this.#torn, ...unwanted])
    this.#torn = new Set()
    const pieces: DrawingPiece[] = []
    for (const [row, span] of bare.size === 0 ? [] : seen) {
      const frame = pictureOf(span.picture)?.shownFrame
      if (frame === undefined || !bare.has(paintedPlaceKey(row, span))) continue
      pieces.push({ row, span, text: moveToSpanSequence(row, span) + this.#cells.drawSpan(span, frame) })
    }
    for (const place of this.#wanted()) {
      const image = this.#imageOf(place.picture)
      const top = seen.find(([row, span]) => row === place.row && span.picture === place.picture.id)?.[1]
      if (image === undefined || top === undefined || place.since + STILL_MS > now) continue
      place.version = image.version
      const start = moveToSpanSequence(place.row, { column: place.column, background: '49' })
      pieces.push({ row: place.row, span: top, text: start + image.text })
    }
    return pieces
  }

  freePicture(picture: PaintedPicture): void {
    this.#kind.freePicture(picture)
  }

  freeAllPictures(): string {
    return ''
  }

  #imageOf(picture: PaintedPicture): OverlayImage | undefined {
    const image = this.#kind.overlayImageOf(picture)
    return image !== undefined && image.text.length <= this.#mostBytes() ? image : undefined
  }

  #uncover(key: string): void {
    const place = this.#places.get(key)
    if (place !== undefined) place.version = undefined
  }

  /** Places that may show an image now. */
  #allowed(): readonly PlaceState[] {
    const places = [...this.#places.values()]
    if (!this.#kind.isSingle) return places
    const lowest = Math.max(...places.map(({ row }) => row))
    return places.filter(
      ({ row, picture }) => row === lowest || (this.#imageOf(picture)?.text.length ?? 0) <= SMALL_BYTES,
    )
  }

  /** Places whose image has to be drawn. */
  #wanted(): readonly PlaceState[] {
    return this.#allowed().filter(place => {
      const image = this.#imageOf(place.picture)
      return image !== undefined && image.version !== place.version
    })
  }

  /** Keys of places that show an image but should not. */
  #unwanted(): readonly string[] {
    const allowed = new Set(this.#allowed())
    return [...this.#places].flatMap(([key, place]) => {
      const isWanted = allowed.has(place) && this.#imageOf(place.picture) !== undefined
      return place.version !== undefined && !isWanted ? [key] : []
    })
  }
}
