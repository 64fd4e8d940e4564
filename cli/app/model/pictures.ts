import { RequestError } from '../../../protocol/error-codes.ts'
import type { GifId } from '../../../protocol/model.ts'
import type { CellArea } from '../../gif/decode/frame-format.ts'
import type { GifPicture } from '../../gif/gif-stage.ts'

/** How far a posted GIF has come on its way to the screen. */
export type PictureState =
  | { readonly state: 'loading' }
  /** `box` is what it was made to fit, in cells. */
  | { readonly state: 'ready'; readonly picture: GifPicture; readonly box: CellArea }
  /** `isLasting` is false where only the network or the server stood in the way. */
  | { readonly state: 'broken'; readonly why: string; readonly isLasting: boolean }

export type Pictures = ReadonlyMap<GifId, PictureState>

/** Those that may stay in a window where pictures fit `box`: what is too large or could be larger is made again when it is seen. */
export const picturesFor = (pictures: Pictures, box: CellArea): Pictures =>
  only(pictures, shown => shown.state !== 'ready' || isRightSize(shown.picture, shown.box, box))

/** Without those that failed for reasons which are gone when one is back in the room: they are asked for again. */
export const afterResume = (pictures: Pictures): Pictures =>
  only(pictures, shown => shown.state !== 'broken' || shown.isLasting)

/** Whether asking again is of no use; a seat that was lost meanwhile is taken again. */
export const isLasting = (error: unknown): boolean =>
  !(error instanceof RequestError) || !(error.isRetryable || error.code === 'notInRoom')

/** Whether a picture that was made for one box is as large as it can be in another. */
function isRightSize({ columns, rows }: GifPicture, made: CellArea, box: CellArea): boolean {
  const fits = columns <= box.columns && rows <= box.rows
  const couldBeWider = columns === made.columns && box.columns > columns
  const couldBeHigher = rows === made.rows && box.rows > rows
  return fits && !couldBeWider && !couldBeHigher
}

/** The same map as long as nothing goes. */
function only(pictures: Pictures, isKept: (shown: PictureState) => boolean): Pictures {
  const kept = new Map([...pictures].filter(([, shown]) => isKept(shown)))
  return kept.size === pictures.size ? pictures : kept
}
