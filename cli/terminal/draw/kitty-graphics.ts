/** Pixels for the terminal: RGBA, compressed (zlib), in base 64. */
export interface KittyPixels {
  readonly width: number
  readonly height: number
  readonly data: string
}

/** Base 64 that one command may carry (kitty, docs/graphics-protocol.rst, "The transmission medium"). */
const CHUNK_LENGTH = 4096

/** An image in the size of so many cells, to be shown where its placeholders are; it is the first frame of an animation. */
export const transmitImage = (
  image: { readonly id: number; readonly columns: number; readonly rows: number },
  pixels: KittyPixels,
): string =>
  chunked(
    `a=T,U=1,i=${image.id},f=32,s=${pixels.width},v=${pixels.height},c=${image.columns},r=${image.rows},o=z,q=2`,
    'q=2',
    pixels.data,
  )

/** A further frame, shown for `gapMs`; it replaces what is below it. */
export const transmitFrame = (id: number, gapMs: number, pixels: KittyPixels): string =>
  chunked(
    `a=f,i=${id},f=32,s=${pixels.width},v=${pixels.height},z=${gap(gapMs)},X=1,o=z,q=2`,
    'a=f,q=2',
    pixels.data,
  )

/** How long the first frame is shown: without it, it never is while the animation runs. */
export const setFirstGap = (id: number, gapMs: number): string =>
  command(`a=a,i=${id},r=1,z=${gap(gapMs)},q=2`)

const RUN_STATES = { stopped: 's=1', loading: 's=2,v=1', looping: 's=3,v=1' } as const

export type KittyRunState = keyof typeof RUN_STATES

/** Lets the terminal play an image for ever, wait at the end for more frames, or stand still. */
export const runImage = (id: number, state: KittyRunState): string =>
  command(`a=a,i=${id},${RUN_STATES[state]},q=2`)

/** Takes an image out of the terminal's memory, with all its frames. */
export const freeImage = (id: number): string => command(`a=d,d=I,i=${id},q=2`)

const gap = (ms: number): number => Math.max(1, Math.round(ms))

const command = (keys: string, payload = ''): string =>
  `\x1b_G${keys}${payload === '' ? '' : `;${payload}`}\x1b\\`

/** One transmission in as many commands as it needs; nothing else may come between them. */
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
