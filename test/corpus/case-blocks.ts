import { type FrameToWrite, type Rgb, writeFrame, writeGif } from '../support/gif-writer.ts'

/** A file that is made, and what is odd about it. */
export interface MadeGif {
  readonly name: string
  readonly bytes: Buffer
}

export const PALETTE: readonly Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
]
export const TRAILER = Uint8Array.of(0x3b)

export const head = (width = 4, height = 4, palette: readonly Rgb[] | null = PALETTE): Buffer =>
  writeGif({ width, height, ...(palette && { palette }), frames: [] }).subarray(0, -1)

/** A frame of one colour, on a canvas of 4×4 unless it says otherwise. */
export const plain = (index: number, change: Partial<FrameToWrite> = {}): Buffer => {
  const { width = 4, height = 4 } = change
  const indices = new Uint8Array(width * height).fill(index)
  return writeFrame({ width, height, indices, delayMs: 100, codeSize: 2, ...change })
}

export const file = (...blocks: readonly Uint8Array[]): Buffer => Buffer.concat([head(), ...blocks, TRAILER])
export const [first, second, third] = [plain(0), plain(1, { width: 2 }), plain(2, { height: 2 })]
export const three = file(first, second, third)
/** A frame that begins without a graphic control block. */
export const bare = (frame: Buffer): Buffer => frame.subarray(8)
export const control = (...body: readonly number[]): Uint8Array => Uint8Array.of(0x21, 0xf9, ...body)
/** Three blocks of the file, cut off `missing` bytes before the end of the third. */
export const cut = (missing: number, last: Uint8Array = third): Buffer => {
  const whole = Buffer.concat([head(), first, second, last])
  return whole.subarray(0, whole.length - missing)
}
export const noise = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => (at * 7 + 3) % 4)
