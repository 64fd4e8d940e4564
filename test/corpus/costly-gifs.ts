import { LIMITS } from '../../protocol/limits.ts'
import { seededRandom } from '../support/gif-random.ts'
import {
  extensionBlock,
  type FrameToWrite,
  loopBlock,
  type Rgb,
  writeFrame,
  writeGif,
} from '../support/gif-writer.ts'
import { type MadeGif, TRAILER } from './case-blocks.ts'

const PALETTE = Array.from({ length: 4 }, (_, index): Rgb => [index * 80, 255 - index * 80, index * 37])

/** Pixels a side of the largest canvas, and of one that as many frames as are allowed can fill. */
const LARGEST = LIMITS.gifSide
const SMALLEST = Math.floor(Math.sqrt(LIMITS.gifPixels / LIMITS.gifFrames))

/** Two frames in turn, as often as the limits allow. */
function alternating(name: string, side: number, change: Partial<FrameToWrite>, indexAt: IndexAt): MadeGif {
  const count = Math.min(LIMITS.gifFrames, Math.floor(LIMITS.gifPixels / side ** 2))
  const turns = [0, 1].map(turn => {
    const indices = Uint8Array.from({ length: side * side }, (_, at) =>
      indexAt(at % side, Math.floor(at / side), turn),
    )
    return writeFrame({ width: side, height: side, delayMs: 50, indices, ...change })
  })
  const head = writeGif({ width: side, height: side, palette: PALETTE, frames: [] }).subarray(0, -1)
  const frames: Buffer[] = []
  let room = LIMITS.gifBytes - head.length - 32
  for (let index = 0; index < count; index++) {
    const frame = turns[index % 2] ?? TRAILER
    room -= frame.length
    if (room > 0) frames.push(Buffer.from(frame))
  }
  return { name, bytes: Buffer.concat([head, loopBlock(0), ...frames, TRAILER]) }
}

type IndexAt = (x: number, y: number, turn: number) => number

const random = seededRandom(1)
const plainly: IndexAt = (_x, _y, turn) => turn
const checkered: IndexAt = (x, y, turn) => (x + y + turn) & 1
const noisily: IndexAt = () => random(4)

/** Files that servers take and that keep a decoder as busy as any we know. */
export const costlyGifs = (): readonly MadeGif[] => [
  alternating('the largest frames', LARGEST, {}, plainly),
  alternating('the largest frames, each cleared', LARGEST, { disposal: 2 }, checkered),
  alternating('the largest frames, each restored', LARGEST, { disposal: 3 }, checkered),
  alternating('interlaced, each restored', 1_500, { disposal: 3, isInterlaced: true }, plainly),
  alternating('the most frames', SMALLEST, {}, checkered),
  alternating('the most frames, each restored', SMALLEST, { disposal: 3 }, checkered),
  alternating('noise, each cleared', SMALLEST, { disposal: 2 }, noisily),
  alternating('noise, each restored', SMALLEST, { disposal: 3 }, noisily),
]

/** Files of as many bytes as a server takes, that keep its scan as busy as any we know. */
export function largeGifs(count: number): readonly MadeGif[] {
  const head = writeGif({ width: 400, height: 400, palette: PALETTE, frames: [] }).subarray(0, -1)
  const frame = writeFrame({ width: 400, height: 400, indices: new Uint8Array(160_000) })
  // Sub-blocks of one byte each, behind the header of a frame.
  const single = Buffer.from(Array.from({ length: 2_000 }, () => [1, 0x44]).flat())
  const room = LIMITS.gifBytes - 1_000
  const whole = (...blocks: readonly Uint8Array[]) => Buffer.concat([head, ...blocks, TRAILER])
  const kinds: readonly MadeGif[] = [
    {
      name: 'blocks of one byte',
      bytes: whole(
        frame.subarray(0, 19),
        ...Array.from({ length: Math.floor(room / single.length) }, () => single),
        Uint8Array.of(0),
      ),
    },
    {
      name: 'blocks of 255 bytes',
      bytes: whole(
        frame.subarray(0, 19),
        extensionBlock(0, Buffer.alloc((room * 255) / 256, 0x44)).subarray(2),
      ),
    },
    {
      name: 'metadata',
      bytes: whole(extensionBlock(0xfe, Buffer.alloc((room * 255) / 256 - frame.length)), frame),
    },
  ]
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length]).filter(
    gif => gif !== undefined,
  )
}
