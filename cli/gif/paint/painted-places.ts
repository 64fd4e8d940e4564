import type { PictureSpan } from '../../terminal/draw/drawn-picture-tracker.ts'
import type { PaintedPicture } from './painted-picture.ts'

/** Where a whole picture is on the screen: its upper left cell. */
export interface Place {
  readonly picture: PaintedPicture
  readonly row: number
  readonly column: number
}

export type PictureById = (id: number) => PaintedPicture | undefined

export type SeenSpans = Iterable<readonly [row: number, span: PictureSpan]>

/** The key of the place that a span is part of. One picture may be in several places. */
export const paintedPlaceKey = (row: number, span: PictureSpan): string =>
  `${span.picture} ${row - span.pictureRow} ${span.column - span.pictureColumn}`

/** The places that are on the screen with all of their cells, by key, from top to bottom. */
export function wholePaintedPlaces(spans: SeenSpans, pictureOf: PictureById): ReadonlyMap<string, Place> {
  const rows = new Map<string, number>()
  const places = new Map<string, Place>()
  for (const [row, span] of spans) {
    const picture = pictureOf(span.picture)
    if (picture === undefined || span.pictureColumn !== 0 || span.length !== picture.columns) continue
    const key = paintedPlaceKey(row, span)
    const count = (rows.get(key) ?? 0) + 1
    rows.set(key, count)
    if (count === picture.rows) places.set(key, { picture, row: row - span.pictureRow, column: span.column })
  }
  return places
}
