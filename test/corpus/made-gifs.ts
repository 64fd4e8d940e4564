import { goodGifs, mutantOf } from '../support/gif-mutants.ts'
import { type Random, randomGif, seededRandom } from '../support/gif-random.ts'
import { type FrameToWrite, loopBlock, type Rgb, writeFrame } from '../support/gif-writer.ts'
import { BLOCK_CASES } from './block-cases.ts'
import { bare, control, head, type MadeGif, TRAILER } from './case-blocks.ts'
import { FRAME_CASES } from './frame-cases.ts'
import { nastyGif } from './nasty-gif.ts'

/** Every case that browsers show in a way of their own. */
const CASES: readonly MadeGif[] = [...BLOCK_CASES, ...FRAME_CASES]

/**
 * Each of the cases, and random files from `seed` on: some as the rules say, some against them, and
 * some that are hard to unpack.
 */
export const madeGifs = (count: number, seed = 0): readonly MadeGif[] => [
  ...CASES,
  ...Array.from({ length: Math.max(0, count - CASES.length) }, (_, index) => randomKind(seed + index)),
]

function randomKind(seed: number): MadeGif {
  if (seed % 3 === 0) return { name: `random ${seed}`, bytes: randomGif(seed + 1).bytes }
  return seed % 3 === 1 ? oddGif(seed) : nastyGif(seed)
}

/** Good files with some bytes changed or cut off. */
export function mutantGifs(count: number, seed = 0): readonly MadeGif[] {
  const random = seededRandom(seed)
  const good = goodGifs()
  return Array.from({ length: count }, (_, index) => ({
    name: `mutant ${index}`,
    bytes: mutantOf(good, random),
  }))
}

/** A random file against the rules: frames anywhere, of any size and disposal, perhaps cut off. */
export function oddGif(seed: number): MadeGif {
  const random = seededRandom(seed)
  const [width, height] = [1 + random(24), 1 + random(24)]
  const palette = random(4) === 0 ? null : randomColors(random)
  const frames = Array.from({ length: 1 + random(6) }, (_, index) => oddFrame(random, index === 0))
  const blocks = frames.flatMap(frame => [
    ...(random(5) === 0 ? [loopBlock(random(9))] : []),
    ...(random(9) === 0 ? [control(5, random(32), 9, 0, random(4), 0, 0)] : []),
    random(6) === 0 ? bare(writeFrame(frame)) : writeFrame(frame),
  ])
  const whole = Buffer.concat([head(width, height, palette), ...blocks, TRAILER])
  const least = whole.length - (blocks.length > 1 ? (blocks.at(-1)?.length ?? 0) : 0)
  const isCut = random(4) === 0 && blocks.length > 1
  return {
    name: `odd ${seed}`,
    bytes: isCut ? whole.subarray(0, least + random(whole.length - least)) : whole,
  }
}

function oddFrame(random: Random, isFirst: boolean): FrameToWrite {
  const width = random(12) === 0 && !isFirst ? 0 : 1 + random(30)
  const height = random(12) === 0 && !isFirst ? 0 : 1 + random(30)
  const palette = random(3) === 0 ? randomColors(random) : undefined
  const colors = 2 << random(5)
  return {
    left: random(3) === 0 ? random(30) : 0,
    top: random(3) === 0 ? random(30) : 0,
    width,
    height,
    indices: Uint8Array.from({ length: width * height }, () => random(colors)),
    disposal: random(8),
    delayMs: random(9) * 10,
    isInterlaced: random(3) === 0,
    ...(palette && { palette }),
    ...(random(2) === 0 && { transparentIndex: random(colors) }),
  }
}

const randomColors = (random: Random): readonly Rgb[] =>
  Array.from({ length: 2 << random(5) }, (): Rgb => [random(256), random(256), random(256)])
