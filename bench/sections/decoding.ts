import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { seededRandom } from '../../test/support/gif-random.ts'
import { type Rgb, writeGif } from '../../test/support/gif-writer.ts'
import type { Decoding } from '../load/decode-gif.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'

const WIDTH = 480
const HEIGHT = 270
const FRAMES = 60
const FIRST_FRAME_MS = 150
const EXTRA_BYTES = 20_000_000

/** How soon a client shows a GIF after its bytes have come, and how much memory that takes. */
export const decoding: Section = {
  name: 'decoding',
  async run({ rounds }) {
    const directory = await mkdtemp(join(tmpdir(), 'gifchat-bench-gif-'))
    try {
      const path = join(directory, 'waves.gif')
      const gif = wavesGif()
      await writeFile(path, gif)
      const runs: Decoding[] = []
      for (let round = 0; round < rounds; round++) runs.push(await decodeOnce(path))
      const of = (key: keyof Decoding): number => median(runs.map(run => run[key]))
      const [started, extra] = [of('startedMs'), of('extraBytes')]
      const size = (gif.length / 2 ** 20).toFixed(1)
      return [
        {
          what: `a GIF of ${WIDTH} × ${HEIGHT} × ${FRAMES}, ${size} MiB, in 40 columns: first frame after its bytes, with a new worker / the kept one; all frames; memory beyond the file`,
          values: {
            gifchat: `${started.toFixed(0)} / ${of('keptMs').toFixed(0)} ms; ${of('allMs').toFixed(0)} ms; ${(extra / 1e6).toFixed(1)} MB`,
          },
          goals: [
            {
              text: 'first frame ≤ 150 ms',
              measured: `${started.toFixed(0)} ms`,
              isMet: started <= FIRST_FRAME_MS,
            },
            { text: '≤ 20 MB', measured: `${(extra / 1e6).toFixed(1)} MB`, isMet: extra <= EXTRA_BYTES },
          ],
        },
      ]
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}

async function decodeOnce(path: string): Promise<Decoding> {
  const script = join(import.meta.dirname, '../load/decode-gif.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, path])
  return JSON.parse(stdout)
}

/**
 * Moving waves with a little noise. They are as hard to compress as film, and close to the limit of
 * 5 MiB.
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
