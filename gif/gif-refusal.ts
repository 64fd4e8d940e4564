import { LIMITS } from '../protocol/limits.ts'

const MEGAPIXELS = LIMITS.gifPixels / 1_000_000

/**
 * Why a file is refused as a GIF. Each reason has a sentence that says what would be accepted
 * (PROTOCOL.md G3).
 */
export const GIF_REFUSALS = {
  notAGif: 'This is not a GIF: it does not begin with GIF87a or GIF89a.',
  isPng: 'This is a PNG image, whatever its name says: only GIFs are accepted.',
  isJpeg: 'This is a JPEG image, whatever its name says: only GIFs are accepted.',
  isWebp: 'This is a WebP image, whatever its name says: only GIFs are accepted.',
  isMp4: 'This is an MP4 video, whatever its name says: only GIFs are accepted.',
  truncated: 'The GIF is cut off before the end of its first frame: a whole file is needed.',
  tooLarge: 'The GIF is too large: it has more bytes than the server accepts.',
  emptyCanvas: 'The GIF has no size: its width and height must be at least 1 pixel.',
  sideTooLong: `The GIF is too wide or too high: at most ${LIMITS.gifSide} pixels a side are accepted.`,
  tooManyFrames: `The GIF has too many frames: at most ${LIMITS.gifFrames} are accepted.`,
  tooManyPixels: `The GIF is too heavy to play: its frames may draw at most ${MEGAPIXELS} million pixels in all.`,
  noFrames: 'The GIF shows nothing: it needs at least one frame.',
  badCodeSize: 'The GIF is damaged: the code size of its first frame must be 1 to 8.',
  badBlock: 'The GIF is damaged: before its first frame is something that is not a GIF block.',
} as const

export type GifRefusalReason = keyof typeof GIF_REFUSALS

/** A file is refused as a GIF. The message is a sentence for the person who sent it. */
export class GifRefusal extends Error {
  override readonly name = 'GifRefusal'
  readonly reason: GifRefusalReason

  constructor(reason: GifRefusalReason) {
    super(GIF_REFUSALS[reason])
    this.reason = reason
  }
}
