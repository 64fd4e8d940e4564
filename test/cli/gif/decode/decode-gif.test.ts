import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decodeGif } from '../../../../cli/gif/decode/decode-gif.ts'
import { GifCanvas } from '../../../../cli/gif/decode/gif-canvas.ts'
import { GifRefusal } from '../../../../gif/gif-refusal.ts'
import { type GifScan, walkGif } from '../../../../gif/gif-walker.ts'
import { madeGifs } from '../../../corpus/made-gifs.ts'
import { STRANGE_GIFS } from '../../../support/gif-corpus.ts'
import { composite, hashOfFrames, randomGif, seededRandom } from '../../../support/gif-random.ts'
import { sampleGif } from '../../../support/gif-samples.ts'
import { type Rgb, writeGif } from '../../../support/gif-writer.ts'

/**
 * The hash of all frames by the reference, for each seed from 1. gifuct-js draws the same frames.
 */
const HASHES: readonly string[] = JSON.parse(
  readFileSync(new URL('./random-gif-hashes.json', import.meta.url), 'utf8'),
)

const decodeWhole = (bytes: Uint8Array): readonly Uint32Array[] => {
  const scan = walkGif(bytes)
  return [...decodeGif(scan, scan)].map(({ pixels }) => pixels)
}

const scanOf = (bytes: Uint8Array): GifScan | undefined => {
  try {
    return walkGif(bytes)
  } catch (error) {
    assert.ok(error instanceof GifRefusal, String(error))
    return undefined
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Of all arrays of bytes that somebody still needs. */
function bytesInUse(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

const BLACK: Rgb = [0, 0, 0]
const WHITE: Rgb = [255, 255, 255]

describe('decodeGif', () => {
  it('draws 150 random GIFs exactly as the reference does', () => {
    assert.equal(HASHES.length, 150)
    for (const [index, hash] of HASHES.entries()) {
      const { gif, bytes } = randomGif(index + 1)
      assert.equal(hashOfFrames(composite(gif)), hash, `the generator changed: seed ${index + 1}`)
      assert.equal(hashOfFrames(decodeWhole(bytes)), hash, `seed ${index + 1}`)
    }
  })

  it('returns the delays in the file', () => {
    const scan = walkGif(sampleGif({ frames: 3, delayMs: 70 }))
    assert.deepEqual(
      [...decodeGif(scan, scan)].map(({ delayMs }) => delayMs),
      [70, 70, 70],
    )
  })

  it('averages the area behind a pixel, with the share that is opaque as alpha', () => {
    const frame = { width: 4, height: 2, transparentIndex: 3, indices: Uint8Array.of(0, 1, 1, 3, 1, 0, 3, 3) }
    const scan = walkGif(
      writeGif({ width: 4, height: 2, palette: [BLACK, WHITE, BLACK, BLACK], frames: [frame] }),
    )
    const [decoded] = decodeGif(scan, { width: 2, height: 1 })
    assert.deepEqual([...(decoded?.pixels ?? [])], [0xff808080, 0x40ffffff])
  })

  it('divides a pixel between two by their shares', () => {
    const frame = { width: 3, height: 1, indices: Uint8Array.of(0, 1, 1) }
    const scan = walkGif(writeGif({ width: 3, height: 1, palette: [BLACK, WHITE], frames: [frame] }))
    const [decoded] = decodeGif(scan, { width: 2, height: 1 })
    assert.deepEqual([...(decoded?.pixels ?? [])], [0xff555555, 0xffffffff])
  })

  it('scales only what a frame changed, with the same result as scaling everything', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { gif, bytes } = randomGif(seed)
      const random = seededRandom(seed)
      const size = { width: 1 + random(gif.width), height: 1 + random(gif.height) }
      const frames = [...decodeGif(walkGif(bytes), size)]
      for (const [index, pixels] of composite(gif).entries()) {
        const palette = [...new Set(pixels)]
        if (palette.length > 128) continue
        const whole = walkGif(writeGif(stillOf(gif.width, gif.height, pixels, palette)))
        assert.deepEqual(
          frames[index]?.pixels,
          [...decodeGif(whole, size)][0]?.pixels,
          `seed ${seed} frame ${index}`,
        )
      }
    }
  })

  it('shows the same to who looks now and then as to who looks at each frame', () => {
    for (const [seed, { name, bytes }] of madeGifs(240).entries()) {
      const scan = scanOf(bytes)
      if (scan === undefined) continue
      const random = seededRandom(seed)
      const size = { width: 1 + random(2 * scan.width), height: 1 + random(2 * scan.height) }
      const whole = [...decodeGif(scan, size)]
      const canvas = new GifCanvas(scan)
      const [often, seldom] = [canvas.scaledTo(size), canvas.scaledTo(size)]
      for (const [index, frame] of scan.frames.entries()) {
        canvas.drawFrame(frame)
        const looks = [...(random(2) === 0 ? [often] : []), ...(random(3) === 0 ? [seldom, seldom] : [])]
        for (const scaler of looks)
          assert.deepEqual(canvas.showOn(scaler), whole[index]?.pixels, `${name}, frame ${index}`)
      }
    }
  })

  it('draws exactly a GIF whose frames have more colours together than there are numbers for them', () => {
    const frames = Array.from({ length: 300 }, (_, frame) => colorfulTile(frame, { width: 16, height: 16 }))
    const gif = { width: 16, height: 16, frames }
    const wanted = composite(gif)
    for (const [index, pixels] of decodeWhole(writeGif(gif)).entries())
      assert.deepEqual(pixels, wanted[index], `frame ${index}`)
  })

  it('comes close to a canvas that has more colours at once', () => {
    // In rows of 20 tiles.
    const tiles = Array.from({ length: 300 }, (_, tile) => ({
      ...colorfulTile(tile, { width: 16, height: 16 }),
      left: 16 * (tile % 20),
      top: 16 * Math.floor(tile / 20),
    }))
    const gif = { width: 320, height: 240, frames: tiles }
    const [shown, wanted] = [decodeWhole(writeGif(gif)).at(-1), composite(gif).at(-1)]
    const farthest = (wanted ?? new Uint32Array(0)).reduce((most, pixel, at) => {
      const distances = [24, 16, 8, 0].map(shift =>
        Math.abs(((pixel >>> shift) & 0xff) - (((shown?.[at] ?? 0) >>> shift) & 0xff)),
      )
      return Math.max(most, ...distances)
    }, 0)
    assert.ok(farthest > 0 && farthest < 8, `${farthest} of 255`)
  })

  it('decodes every odd file of the corpus', () => {
    for (const { name, bytes } of STRANGE_GIFS) {
      const scan = walkGif(bytes)
      const frames = [...decodeGif(scan, { width: 8, height: 8 })]
      assert.equal(frames.length, scan.frames.length, name)
    }
  })

  it('keeps at most 20 MB beside the file, however large its frames are and whatever they restore', () => {
    for (const { name, bytes } of STRANGE_GIFS) {
      const scan = walkGif(bytes)
      const before = bytesInUse()
      let frames = 0
      for (const _ of decodeGif(scan, { width: 40, height: 40 })) {
        const more = bytesInUse() - before
        assert.ok(more <= 20_000_000, `${name}: ${more} bytes`)
        if (++frames === 4) break
      }
    }
  })

  it('leaves pixels alone that the codes do not reach', () => {
    const bytes = sampleGif({ width: 4, height: 4, frames: 1 })
    const [frame] = walkGif(bytes).frames
    const cut = Buffer.from(bytes)
    // The first code after the clear code becomes the end code.
    cut[(frame?.dataOffset ?? 0) + 2] = 0b00101100
    assert.ok(decodeWhole(cut)[0]?.every(pixel => pixel === 0))
  })
})

/** 256 pixels of colours that no other tile has. */
function colorfulTile(tile: number, size: { readonly width: number; readonly height: number }) {
  const palette = Array.from({ length: 256 }, (_, index): Rgb => {
    const color = (tile * 256 + index) * 211
    return [(color >> 16) & 0xff, (color >> 8) & 0xff, color & 0xff]
  })
  return { ...size, palette, indices: Uint8Array.from({ length: 256 }, (_, index) => index) }
}

function stillOf(width: number, height: number, pixels: Uint32Array, colors: readonly number[]) {
  const size = 2 ** Math.max(1, Math.ceil(Math.log2(colors.length + 1)))
  const palette = Array.from({ length: size }, (_, index): Rgb => {
    const color = colors[index] ?? 0
    return [(color >> 16) & 0xff, (color >> 8) & 0xff, color & 0xff]
  })
  const clear = colors.indexOf(0)
  const indices = Uint8Array.from(pixels, pixel => colors.indexOf(pixel))
  return {
    width,
    height,
    palette,
    frames: [{ width, height, indices, ...(clear >= 0 && { transparentIndex: clear }) }],
  }
}
