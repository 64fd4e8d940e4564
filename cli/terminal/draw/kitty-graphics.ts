/** RGBA pixels, compressed with zlib, in base 64. */
export interface KittyPixels {
  readonly width: number
  readonly height: number
  readonly data: string
}

/**
 * The most base 64 in one command (kitty, docs/graphics-protocol.rst, "The transmission medium").
 */
const CHUNK_LENGTH = 4096

/** An image, or the first frame of an animation, shown where its placeholders are. */
export const kittyImageSequence = (
  image: { readonly id: number; readonly columns: number; readonly rows: number },
  pixels: KittyPixels,
): string =>
  chunked(
    `a=T,U=1,i=${image.id},f=32,s=${pixels.width},v=${pixels.height},c=${image.columns},r=${image.rows},o=z,q=2`,
    'q=2',
    pixels.data,
  )

/** A further frame, shown for `gapMs`. It replaces the pixels below it (`X=1`). */
export const kittyFrameSequence = (id: number, gapMs: number, pixels: KittyPixels): string =>
  chunked(
    `a=f,i=${id},f=32,s=${pixels.width},v=${pixels.height},z=${gap(gapMs)},X=1,o=z,q=2`,
    'a=f,q=2',
    pixels.data,
  )

/** Sets how long the first frame is shown. Its gap is 0 otherwise, and kitty skips it (r=1). */
export const kittyFirstGapSequence = (id: number, gapMs: number): string =>
  command(`a=a,i=${id},r=1,z=${gap(gapMs)},q=2`)

const RUN_STATES = { stopped: 's=1', loading: 's=2', looping: 's=3' } as const

export type KittyRunState = keyof typeof RUN_STATES

/**
 * Makes the terminal stop an image, loop it, or wait at its end for frames still loading. It plays
 * `plays` times, and for ever with 0 (there v=1 is for ever, and v=3 two times).
 */
export const kittyRunSequence = (id: number, state: KittyRunState, plays: number): string =>
  command(`a=a,i=${id},${RUN_STATES[state]}${state === 'stopped' ? '' : `,v=${plays + 1}`},q=2`)

/** Deletes an image with all its frames from the terminal's memory. */
export const kittyFreeSequence = (id: number): string => command(`a=d,d=I,i=${id},q=2`)

const gap = (ms: number): number => Math.max(1, Math.round(ms))

const command = (keys: string, payload = ''): string =>
  `\x1b_G${keys}${payload === '' ? '' : `;${payload}`}\x1b\\`

/** Cuts one transmission into commands. No other graphics command may come between them. */
function chunked(first: string, others: string, data: string): string {
  let text = ''
  for (let start = 0; start < data.length; start += CHUNK_LENGTH) {
    const isLast = start + CHUNK_LENGTH >= data.length
    text += command(
      `${start === 0 ? first : others},m=${isLast ? 0 : 1}`,
      data.slice(start, start + CHUNK_LENGTH),
    )
  }
  return text
}
