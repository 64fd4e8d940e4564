import { RequestError } from '../../../protocol/error-codes.ts'
import type { GifId } from '../../../protocol/model.ts'
import type { CellArea } from '../../gif/decode/frame-format.ts'
import type { GifPicture } from '../../gif/gif-stage.ts'

/** The loading state of a posted GIF. */
export type PictureState =
  | { readonly state: 'loading' }
  /** `box` is the area that the picture was made to fit, in cells. */
  | { readonly state: 'ready'; readonly picture: GifPicture; readonly box: CellArea }
  /** `isLasting` is false if another try may succeed. */
  | { readonly state: 'broken'; readonly why: string; readonly isLasting: boolean }

export type Pictures = ReadonlyMap<GifId, PictureState>

/**
 * The pictures to keep when pictures have to fit `box`. A picture that is too large, or that could
 * be larger, is dropped. It is made again when it is next in view.
 */
export const picturesFittingBox = (pictures: Pictures, box: CellArea): Pictures =>
  keepPictures(pictures, shown => shown.state !== 'ready' || isRightSize(shown.picture, shown.box, box))

/** Drops the failures that are not lasting, so that a resumed room loads those GIFs again. */
export const picturesAfterResume = (pictures: Pictures): Pictures =>
  keepPictures(pictures, shown => shown.state !== 'broken' || shown.isLasting)

/** Whether another try cannot succeed. `notInRoom` can, because the client takes its seat again. */
export const isLastingGifError = (error: unknown): boolean =>
  !(error instanceof RequestError) || !(error.isRetryable || error.code === 'notInRoom')

/** Whether a picture that was made for one box has the largest size that fits another box. */
function isRightSize({ columns, rows }: GifPicture, made: CellArea, box: CellArea): boolean {
  const fits = columns <= box.columns && rows <= box.rows
  const couldBeWider = columns === made.columns && box.columns > columns
  const couldBeHigher = rows === made.rows && box.rows > rows
  return fits && !couldBeWider && !couldBeHigher
}

/** The pictures that pass `isKept`. Returns the same map if all of them do. */
function keepPictures(pictures: Pictures, isKept: (shown: PictureState) => boolean): Pictures {
  const kept = new Map([...pictures].filter(([, shown]) => isKept(shown)))
  return kept.size === pictures.size ? pictures : kept
}
