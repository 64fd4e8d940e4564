import type { GifFrame } from '../../../gif/gif-blocks.ts'
import { GifLzwDecoder } from './gif-lzw-decoder.ts'

/** Indices that are unpacked at once. A row has at most 65,535. */
const BATCH = 64 * 1024

const INTERLACE_PASSES = [
  { first: 0, step: 8 },
  { first: 4, step: 8 },
  { first: 2, step: 4 },
  { first: 1, step: 2 },
] as const

/** Takes the indices of one row of a frame, as far as the codes reach. */
type GifRowTaker = (row: number, indices: Uint8Array) => void

/** Unpacks frames row by row, so that no frame is ever in memory as a whole. */
export class GifRowUnpacker {
  readonly #codes = new GifLzwDecoder()
  readonly #batch = new Uint8Array(BATCH)

  /**
   * Hands over the rows of a frame, in the order of the file. Those from `endRow` on are not
   * needed.
   */
  unpackRows(bytes: Uint8Array, frame: GifFrame, endRow: number, takeRow: GifRowTaker): void {
    const { width, height } = frame
    const rows = frame.isInterlaced ? height : Math.min(height, endRow)
    if (width === 0) return
    this.#codes.openCodes(bytes, frame.dataOffset)
    const rowsAtOnce = Math.floor(BATCH / width)
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const wanted = Math.min(rowsAtOnce, rows - row) * width
      const filled = this.#codes.fillIndices(this.#batch.subarray(0, wanted))
      for (let start = 0; start < filled; start += width) {
        const index = row + start / width
        const y = frame.isInterlaced ? interlacedRow(index, height) : index
        if (y < endRow) takeRow(y, this.#batch.subarray(start, Math.min(start + width, filled)))
      }
      if (filled < wanted) return
    }
  }
}

/** The row of an interlaced frame that comes as the `index`th (GIF89a, appendix E). */
function interlacedRow(index: number, height: number): number {
  let before = 0
  for (const { first, step } of INTERLACE_PASSES) {
    const count = Math.max(0, Math.ceil((height - first) / step))
    if (index < before + count) return first + (index - before) * step
    before += count
  }
  return height - 1
}
