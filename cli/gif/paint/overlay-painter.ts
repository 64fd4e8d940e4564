import { moveTo, type PictureSpan } from '../../terminal/draw/picture-screen.ts'
import type { FormattedFrame, FrameFormat } from '../decode/frame-format.ts'
import type { CellPainter } from './cell-painter.ts'
import { type PictureById, type Place, placeKey, type SeenSpans, wholePlaces } from './overlay.ts'
import type { Painter } from './painter.ts'
import type { PictureFrame, PlayedPicture } from './played-picture.ts'

/** An image that stands over the half blocks of a picture; it is drawn again when its version changes. */
export interface OverlayImage {
  readonly version: number
  readonly text: string
}

/** Which images there are, and how many at once. */
export interface OverlayKind {
  /** Whether only the lowest picture on the screen gets one. */
  readonly isSingle: boolean
  /** What decoders make beside half blocks. */
  readonly format: FrameFormat
  /** Takes in a GIF that has passed the scan. */
  open(picture: PlayedPicture, bytes: Uint8Array): void
  add(picture: PlayedPicture, frame: FormattedFrame): void
  /** The image as it should be now; `undefined` where the half blocks are to be seen. */
  imageOf(picture: PlayedPicture): OverlayImage | undefined
  free(picture: PlayedPicture): void
}

/** Milliseconds for which a picture has to stay where it is before it gets its image: each image costs many bytes. */
const STILL_MS = 150

interface PlaceState extends Place {
  readonly since: number
  /** Of the image that is there. */
  version: number | undefined
}

/** Half blocks wherever a picture moves across the screen or is cut off, and an image over them where it stays. */
export class OverlayPainter implements Painter {
  readonly format: FrameFormat
  readonly cacheBytes: number
  readonly #cells: CellPainter
  readonly #kind: OverlayKind
  readonly #rowsOnScreen: () => number
  /** Pictures of which cells were printed since the last look. */
  readonly #printed = new Set<number>()
  #places = new Map<string, PlaceState>()
  /** Keys of places that may still show parts of an image which is not whole any more. */
  #torn: ReadonlySet<string> = new Set()

  constructor(cells: CellPainter, kind: OverlayKind, rowsOnScreen: () => number) {
    this.format = kind.format
    this.cacheBytes = cells.cacheBytes
    this.#cells = cells
    this.#kind = kind
    this.#rowsOnScreen = rowsOnScreen
  }

  open(picture: PlayedPicture, bytes: Uint8Array): void {
    this.#kind.open(picture, bytes)
  }

  add(picture: PlayedPicture, frame: FormattedFrame): void {
    this.#kind.add(picture, frame)
    this.#cells.add(picture, frame)
  }

  complete(picture: PlayedPicture): void {
    this.#cells.complete(picture)
  }

  move(): void {}

  draw(span: PictureSpan, frame: PictureFrame): string {
    this.#printed.add(span.picture)
    return this.#cells.draw(span, frame)
  }

  change(row: number, span: PictureSpan, from: PictureFrame, to: PictureFrame): string {
    const isCovered = this.#places.get(placeKey(row, span))?.version !== undefined
    return isCovered ? '' : this.#cells.change(row, span, from, to)
  }

  settle(now: number, spans: SeenSpans, pictureOf: PictureById): number | undefined {
    const seen = [...spans]
    const before = this.#places
    this.#places = new Map()
    for (const [key, place] of wholePlaces(seen, pictureOf)) {
      const known = this.#printed.has(place.picture.id) ? undefined : before.get(key)
      // An image that reaches the last row would scroll some terminals.
      if (place.row + place.picture.rows >= this.#rowsOnScreen()) continue
      this.#places.set(key, known ?? { ...place, since: now, version: undefined })
    }
    this.#printed.clear()
    const isTorn = (key: string) =>
      this.#torn.has(key) ||
      (before.get(key)?.version !== undefined && this.#places.get(key) !== before.get(key))
    // What went elsewhere before it was mended is no business of the cells that are there now.
    this.#torn = new Set(seen.map(([row, span]) => placeKey(row, span)).filter(isTorn))
    const waits = this.#wanted().map(({ since }) => Math.max(0, since + STILL_MS - now))
    if (this.#torn.size > 0 || this.#unwanted().length > 0) waits.push(0)
    return waits.length === 0 ? undefined : Math.min(...waits)
  }

  overlay(now: number, spans: SeenSpans, pictureOf: PictureById): string {
    const unwanted = this.#unwanted()
    for (const key of unwanted) this.#uncover(key)
    const bare = new Set([...this.#torn, ...unwanted])
    this.#torn = new Set()
    let drawing = ''
    for (const [row, span] of bare.size === 0 ? [] : spans) {
      const frame = pictureOf(span.picture)?.shown
      if (frame !== undefined && bare.has(placeKey(row, span)))
        drawing += moveTo(row, span) + this.#cells.draw(span, frame)
    }
    for (const place of this.#wanted()) {
      const image = this.#kind.imageOf(place.picture)
      if (image === undefined || place.since + STILL_MS > now) continue
      place.version = image.version
      drawing += moveTo(place.row, { column: place.column, background: '49' }) + image.text
    }
    return drawing
  }

  free(picture: PlayedPicture): void {
    this.#kind.free(picture)
  }

  farewell(): string {
    return ''
  }

  #uncover(key: string): void {
    const place = this.#places.get(key)
    if (place !== undefined) place.version = undefined
  }

  /** Places that may have an image. */
  #allowed(): readonly PlaceState[] {
    const places = [...this.#places.values()]
    if (!this.#kind.isSingle) return places
    const lowest = places.toSorted((a, b) => b.row - a.row)[0]
    return lowest === undefined ? [] : [lowest]
  }

  /** Places whose image is still to be drawn. */
  #wanted(): readonly PlaceState[] {
    return this.#allowed().filter(place => {
      const image = this.#kind.imageOf(place.picture)
      return image !== undefined && image.version !== place.version
    })
  }

  /** Keys of places that have an image and should not. */
  #unwanted(): readonly string[] {
    const allowed = new Set(this.#allowed())
    return [...this.#places].flatMap(([key, place]) => {
      const isWanted = allowed.has(place) && this.#kind.imageOf(place.picture) !== undefined
      return place.version !== undefined && !isWanted ? [key] : []
    })
  }
}
