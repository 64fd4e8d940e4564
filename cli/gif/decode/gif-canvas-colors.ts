/** So many colours have numbers of two bytes. */
const MOST = 2 ** 16
const MOST_IN_PALETTE = 256
/** Five bits a channel, for a canvas that shows more than half as many colours at once. */
const COARSE = 0xfff8f8f8 | 0

/**
 * Numbers for the colours of a GIF. A canvas of numbers takes half the memory of one of colours.
 * Number 0 stands for a transparent pixel.
 */
export class GifCanvasColors {
  /** By number, `0xFFRRGGBB`. */
  readonly colors = new Int32Array(MOST)
  readonly #numbers = new Map<number, number>()
  #mask = -1

  /** The number of an opaque colour. There must be room for it. */
  numberOf(color: number): number {
    const kept = color & this.#mask
    const known = this.#numbers.get(kept)
    if (known !== undefined) return known
    const number = this.#numbers.size + 1
    this.#numbers.set(kept, number)
    this.colors[number] = kept
    return number
  }

  /** Makes room for a palette: forgets the colours that no pixel of the canvas has any more. */
  makeRoom(pixels: Uint16Array): void {
    if (this.#numbers.size < MOST - MOST_IN_PALETTE) return
    const isSeen = new Uint8Array(MOST)
    for (const number of pixels) isSeen[number] = 1
    const seen = [...isSeen.keys()].filter(number => number > 0 && isSeen[number] === 1)
    if (seen.length > MOST / 2) this.#mask = COARSE
    const before = this.colors.slice()
    this.#numbers.clear()
    const renumbered = new Uint16Array(MOST)
    for (const number of seen) renumbered[number] = this.numberOf(before[number] ?? 0)
    for (let at = 0; at < pixels.length; at++) pixels[at] = renumbered[pixels[at] ?? 0] ?? 0
  }
}
