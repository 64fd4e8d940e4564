import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeGif } from '../../../../cli/gif/decode/decode-gif.ts'
import { gifFrameMs } from '../../../../cli/gif/gif-animation.ts'
import { rewriteGif } from '../../../../cli/gif/shrink/rewrite-gif.ts'
import { shrinkGif } from '../../../../cli/gif/shrink/shrink-gif.ts'
import { type GifLimits, gifLimits } from '../../../../gif/gif-limits.ts'
import { GifRefusal } from '../../../../gif/gif-refusal.ts'
import { type GifScan, walkGif } from '../../../../gif/gif-walker.ts'
import { hashOfFrames, randomGif, seededRandom } from '../../../support/gif-random.ts'
import { sampleGif } from '../../../support/gif-samples.ts'
import { extensionBlock, type Rgb, writeGif } from '../../../support/gif-writer.ts'

const PALETTE: readonly Rgb[] = [
  [0, 0, 0],
  [255, 255, 255],
]
const ANY = Number.POSITIVE_INFINITY
const SAME = { step: 1, divisor: 1 }

/** What is seen, and when it changes: equal pictures after each other count as one. */
function seenIn(scan: GifScan): readonly string[] {
  const seen: { hash: string; ms: number }[] = []
  for (const { pixels, delayMs } of decodeGif(scan, scan)) {
    const hash = hashOfFrames([pixels])
    const last = seen.at(-1)
    if (last?.hash === hash) last.ms += gifFrameMs(delayMs)
    else seen.push({ hash, ms: gifFrameMs(delayMs) })
  }
  return seen.map(({ hash, ms }) => `${hash} ${ms}`)
}

const rewrite = (scan: GifScan, reduction = SAME): GifScan =>
  walkGif(rewriteGif(scan, reduction, { bytes: ANY, frames: ANY }) ?? assert.fail('it is not larger'))

const tight = (change: Partial<GifLimits>): GifLimits => ({ ...gifLimits(ANY), ...change })

describe('a GIF that is written anew', () => {
  it('shows the same pictures for as long, and as often, if they have few colours', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const scan = walkGif(randomGif(seed).bytes)
      const colors = new Set<number>()
      for (const { pixels } of decodeGif(scan, scan)) for (const pixel of pixels) colors.add(pixel)
      if (colors.size > 255) continue
      const again = rewrite(scan)
      assert.deepEqual(seenIn(again), seenIn(scan), `seed ${seed}`)
      assert.deepEqual([again.width, again.height], [scan.width, scan.height])
      if (again.frames.length > 1) assert.equal(again.plays, scan.plays)
    }
  })

  it('keeps the pictures of a recording in far fewer bytes, whatever the palettes of its frames', () => {
    const random = seededRandom(5)
    const palette = (): readonly Rgb[] =>
      Array.from({ length: 256 }, (): Rgb => [random(256), random(256), random(256)])
    const indices = Uint8Array.from({ length: 300 * 200 }, () => random(256))
    const frames = [0, 1].map(() => ({ width: 300, height: 200, indices, delayMs: 100, palette: palette() }))
    const first = frames[0] ?? assert.fail()
    const file = writeGif({ width: 300, height: 200, frames: [first, first, first, first], loops: 0 })
    const again = rewrite(walkGif(file))
    assert.deepEqual(seenIn(again).length, 1)
    assert.ok(again.bytes.length < file.length / 3)
    assert.equal(rewrite(walkGif(writeGif({ width: 300, height: 200, frames, loops: 0 }))).frames.length, 2)
  })

  it('shows every second picture for as long as two, and ends as the GIF does', () => {
    const scan = walkGif(sampleGif({ frames: 5, delayMs: 70 }))
    const [all, half] = [seenIn(scan), seenIn(rewrite(scan, { step: 2, divisor: 1 }))]
    assert.deepEqual(
      half,
      [all[1], all[3], all[4]].map((seen, index) => seen?.replace(/\d+$/, index === 2 ? '70' : '140')),
    )
  })

  it('has half the size, rounded up', () => {
    const scan = rewrite(walkGif(sampleGif({ width: 9, height: 6, frames: 3 })), { step: 1, divisor: 2 })
    assert.deepEqual([scan.width, scan.height, scan.frames.length], [5, 3, 3])
    const colors = [...decodeGif(scan, scan)].map(({ pixels }) => new Set(pixels))
    assert.deepEqual(colors, [new Set([0xffff0000]), new Set([0xff00ff00]), new Set([0xff0000ff])])
  })

  it('is given up as soon as it has too many bytes', () => {
    const scan = walkGif(sampleGif({ frames: 40 }))
    assert.equal(rewriteGif(scan, SAME, { bytes: 200, frames: ANY }), undefined)
  })
})

describe('shrinkGif', () => {
  const withNote = Buffer.concat([
    sampleGif().subarray(0, -1),
    extensionBlock(0xfe, Buffer.alloc(5_000)),
    Uint8Array.of(0x3b),
  ])

  it('drops metadata alone if that is enough', () => {
    const { bytes, reduction } = shrinkGif(new Uint8Array(withNote), tight({ bytes: 1_000 }))
    assert.deepEqual([reduction, Buffer.from(bytes)], ['metadata', sampleGif()])
  })

  it('takes the least loss that is enough: the same pictures, fewer of them, or smaller ones', () => {
    const wide = new Uint8Array(sampleGif({ width: 100, height: 80, frames: 12 }))
    const shrink = (change: Partial<GifLimits>) => shrinkGif(wide.slice(), tight(change)).reduction
    const frame = { width: 40, height: 40, delayMs: 100, indices: new Uint8Array(1_600).fill(1) }
    const still = writeGif({ width: 40, height: 40, palette: PALETTE, frames: Array(12).fill(frame) })
    assert.deepEqual(shrinkGif(new Uint8Array(still), tight({ bytes: still.length - 1 })).reduction, SAME)
    assert.deepEqual(shrink({ frames: 6 }), { step: 2, divisor: 1 })
    assert.deepEqual(shrink({ side: 50 }), { step: 1, divisor: 2 })
    assert.deepEqual(shrink({ side: 50, frames: 6 }), { step: 2, divisor: 2 })
    assert.deepEqual(shrink({ side: 25, frames: 3 }), { step: 4, divisor: 4 })
  })

  it('keeps every picture of a recording that has too many frames, if enough of them change nothing', () => {
    const pictures = [0, 1, 0, 1].flatMap(color => Array<number>(4).fill(color))
    const frames = pictures.map(color => ({
      width: 30,
      height: 30,
      delayMs: 50,
      indices: new Uint8Array(900).fill(color),
    }))
    const recording = writeGif({ width: 30, height: 30, palette: PALETTE, frames })
    const { bytes, ...shrunk } = shrinkGif(new Uint8Array(recording), tight({ frames: 4 }))
    assert.deepEqual([shrunk.reduction, shrunk.frames], [SAME, 4])
    assert.deepEqual(seenIn(walkGif(bytes)), seenIn(walkGif(recording)))
  })

  it('refuses what stays too large, and what is no GIF', () => {
    const refused = (bytes: Uint8Array, reason: string) =>
      assert.throws(
        () => shrinkGif(bytes, tight({ bytes: 60 })),
        (error: unknown) => error instanceof GifRefusal && error.reason === reason,
      )
    refused(new Uint8Array(sampleGif({ frames: 9 })), 'tooLarge')
    refused(new Uint8Array(Buffer.from('<html>')), 'notAGif')
  })
})
