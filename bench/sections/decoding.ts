import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { seededRandom } from '../../test/support/gif-random.ts'
import { type Rgb, writeFrame, writeGif } from '../../test/support/gif-writer.ts'
import type { Decoding } from '../load/decode-gif.ts'
import type { Row, Section } from '../section.ts'
import { median } from '../statistics.ts'

const WIDTH = 480
const HEIGHT = 270
const FRAMES = 60
const EXTRA_BYTES = 20_000_000

/** How soon a client shows a GIF after its bytes have come, and how much memory that takes. */
export const decoding: Section = {
  name: 'decoding',
  async run({ rounds }) {
    const directory = await mkdtemp(join(tmpdir(), 'gifchat-bench-gif-'))
    const measure = async (gif: Buffer) => {
      const path = join(directory, 'measured.gif')
      await writeFile(path, gif)
      const runs: Decoding[] = []
      for (let round = 0; round < rounds; round++) runs.push(await decodeOnce(path))
      const of = (key: keyof Decoding): number => median(runs.map(run => run[key]))
      return { started: of('startedMs'), kept: of('keptMs'), all: of('allMs'), extra: of('extraBytes') }
    }
    try {
      const [film, recording, cleared] = [wavesGif(), recordingGif(), clearedGif()]
      return [
        rowOf('film', film, await measure(film), { firstMs: 150 }),
        rowOf('a recording of a terminal', recording, await measure(recording), { firstMs: 120 }),
        rowOf('the largest frames, each cleared', cleared, await measure(cleared), { allMs: 3_000 }),
      ]
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}

interface Measured {
  readonly started: number
  readonly kept: number
  readonly all: number
  readonly extra: number
}

function rowOf(
  title: string,
  gif: Buffer,
  { started, kept, all, extra }: Measured,
  { firstMs, allMs }: { readonly firstMs?: number; readonly allMs?: number },
): Row {
  const size = `${gif.readUInt16LE(6)} × ${gif.readUInt16LE(8)}, ${(gif.length / 2 ** 20).toFixed(1)} MiB`
  const milliseconds = (ms: number) => `${ms.toFixed(0)} ms`
  const megabytes = `${(extra / 1e6).toFixed(1)} MB`
  return {
    what: `${title} (${size}) in 40 columns: first frame after its bytes, with a new worker / the kept one; all frames; memory beyond the file`,
    values: { gifchat: `${started.toFixed(0)} / ${milliseconds(kept)}; ${milliseconds(all)}; ${megabytes}` },
    goals: [
      ...(firstMs === undefined
        ? []
        : [
            {
              text: `first frame ≤ ${firstMs} ms`,
              measured: milliseconds(started),
              isMet: started <= firstMs,
            },
          ]),
      ...(allMs === undefined
        ? []
        : [{ text: `all ≤ ${allMs} ms`, measured: milliseconds(all), isMet: all <= allMs }]),
      { text: '≤ 20 MB', measured: megabytes, isMet: extra <= EXTRA_BYTES },
    ],
  }
}

async function decodeOnce(path: string): Promise<Decoding> {
  const script = join(import.meta.dirname, '../load/decode-gif.ts')
  // Without tsx: its hooks would load the modules of the worker too, and slow its start down.
  const { stdout } = await promisify(execFile)(process.execPath, [script, path])
  return JSON.parse(stdout)
}

/** A terminal of 1,200 × 600 pixels in which a line is written with each of 300 frames. */
function recordingGif(): Buffer {
  const random = seededRandom(3)
  const [width, height, line] = [1_200, 600, 20]
  const palette = Array.from({ length: 16 }, (_, index): Rgb => [index * 16, index * 16, index * 16])
  const empty = { width, height, delayMs: 60, indices: new Uint8Array(width * height) }
  const lines = Array.from({ length: 299 }, (_, frame) => {
    const written = 40 + random(800)
    const indices = Uint8Array.from({ length: written * line }, () => (random(4) === 0 ? random(16) : 0))
    return { top: line * (frame % 30), width: written, height: line, delayMs: 60, indices }
  })
  return writeGif({ width, height, palette, loops: 0, frames: [empty, ...lines] })
}

/** As many frames as are allowed on the largest canvas. Each is cleared before the next. */
function clearedGif(): Buffer {
  const [width, height] = [2_160, 2_160]
  const palette = Array.from({ length: 4 }, (_, index): Rgb => [index * 80, 255 - index * 80, 128])
  const head = writeGif({ width, height, palette, loops: 0, frames: [] }).subarray(0, -1)
  const [one, other] = [0, 1].map(index =>
    writeFrame({
      width,
      height,
      delayMs: 100,
      disposal: 2,
      indices: new Uint8Array(width * height).fill(index),
    }),
  )
  const frames = Array.from({ length: 21 }, (_, frame) => (frame % 2 === 0 ? one : other) ?? head)
  return Buffer.concat([head, ...frames, Uint8Array.of(0x3b)])
}

/**
 * Moving waves with a little noise. They are as hard to compress as film, and have a little less
 * than 5 MiB.
 */
function wavesGif(): Buffer {
  const random = seededRandom(8)
  const palette = Array.from({ length: 256 }, (_, index): Rgb => [index, (index * 7) & 255, 255 - index])
  const frames = Array.from({ length: FRAMES }, (_, frame) => ({
    width: WIDTH,
    height: HEIGHT,
    delayMs: 60,
    indices: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, place) => {
      const wave =
        Math.sin(((place % WIDTH) + frame * 8) / 40) + Math.cos((Math.floor(place / WIDTH) - frame * 4) / 30)
      return (128 + 60 * wave + (random(7) === 0 ? 3 : 0)) & 255
    }),
  }))
  return writeGif({ width: WIDTH, height: HEIGHT, palette, loops: 0, frames })
}
