import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { GIF_REFUSALS, GifRefusal } from '../../../gif/gif-refusal.ts'
import { LIMITS } from '../../../protocol/limits.ts'
import { gifInfoSchema } from '../../../protocol/model.ts'
import { type ScannedGif, UploadScanner } from '../../../server/transport/upload-scanner.ts'
import { BAD_GIFS, STRANGE_GIFS } from '../../support/gif-corpus.ts'
import { randomGif, seededRandom } from '../../support/gif-random.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { extensionBlock, loopBlock, writeFrame, writeGif } from '../../support/gif-writer.ts'

/** Scans a file that arrives in chunks of `size` bytes. */
function scan(bytes: Uint8Array, size = 64 * 1024): ScannedGif {
  const scanner = new UploadScanner(LIMITS.gifBytes)
  for (let start = 0; start < bytes.length; start += size)
    scanner.scanChunk(bytes.subarray(start, start + size))
  return scanner.endScan()
}

const reasonOf = (reason: string) => (error: unknown) =>
  error instanceof GifRefusal && error.reason === reason

const PIXEL = { width: 1, height: 1, indices: Uint8Array.of(1) }
const head = writeGif({
  width: 1,
  height: 1,
  palette: [
    [0, 0, 0],
    [9, 9, 9],
  ],
  frames: [],
}).subarray(0, -1)
const TRAILER = Uint8Array.of(0x3b)

describe('UploadScanner', () => {
  it('states size, frames and duration, and names a GIF by its bytes', () => {
    const bytes = sampleGif({ width: 30, height: 20, frames: 4, delayMs: 120 })
    const { info, bytes: kept } = scan(bytes)
    const id = createHash('sha256').update(bytes).digest().subarray(0, 16).toString('base64url')
    assert.deepEqual(info, { id, bytes: bytes.length, width: 30, height: 20, frames: 4, durationMs: 480 })
    assert.deepEqual(gifInfoSchema.parse(info), info)
    assert.deepEqual(Buffer.from(kept), bytes)
  })

  it('counts a delay as the file states it, however short', () => {
    assert.equal(scan(sampleGif({ frames: 3, delayMs: 0 })).info.durationMs, 0)
    assert.equal(scan(sampleGif({ frames: 3, delayMs: 10 })).info.durationMs, 30)
  })

  it('finds the same however the bytes are split', () => {
    const random = seededRandom(7)
    for (let seed = 1; seed <= 40; seed++) {
      const { gif, bytes } = randomGif(seed)
      const expected = scan(bytes)
      assert.equal(expected.info.frames, gif.frames.length)
      for (const size of [1, 2, 7, 1 + random(500)]) assert.deepEqual(scan(bytes, size), expected)
    }
  })

  it('accepts both versions of the signature', () => {
    for (const version of ['87a', '89a'] as const) {
      const bytes = writeGif({
        version,
        width: 1,
        height: 1,
        palette: [
          [0, 0, 0],
          [9, 9, 9],
        ],
        frames: [PIXEL],
      })
      assert.equal(scan(bytes).info.frames, 1)
    }
  })

  it('drops comments, plain text, metadata and bytes after the trailer, and keeps the last loop count', () => {
    const loop = loopBlock(3)
    const frame = writeFrame(PIXEL)
    const noise = [
      extensionBlock(0xfe, Buffer.from('taken at home')),
      extensionBlock(0xff, Buffer.from('XMP DataXMP<x/>')),
      extensionBlock(0x01, Buffer.from('plain text')),
      extensionBlock(0x77, Buffer.from('unheard of')),
    ]
    const bytes = Buffer.concat([
      head,
      ...noise,
      loop,
      ...noise,
      frame,
      ...noise,
      loopBlock(9),
      TRAILER,
      Buffer.from('secret'),
    ])
    const clean = Buffer.concat([head, loopBlock(9), frame, TRAILER])
    assert.deepEqual(Buffer.from(scan(bytes).bytes), clean)
    assert.deepEqual(scan(bytes), scan(clean))
  })

  it('recognizes the loop count by its other name', () => {
    const bytes = Buffer.concat([head, loopBlock(5, 'ANIMEXTS1.0'), writeFrame(PIXEL), TRAILER])
    assert.deepEqual(
      Buffer.from(scan(bytes).bytes),
      Buffer.concat([head, loopBlock(5), writeFrame(PIXEL), TRAILER]),
    )
  })

  it('drops a graphic control block that belongs to no picture', () => {
    const control = Uint8Array.of(0x21, 0xf9, 4, 0, 200, 0, 0, 0)
    const bytes = Buffer.concat([head, writeFrame(PIXEL), control, TRAILER])
    assert.equal(scan(bytes).info.durationMs, 0)
    assert.deepEqual(Buffer.from(scan(bytes).bytes), Buffer.concat([head, writeFrame(PIXEL), TRAILER]))
  })

  it('adds a missing trailer', () => {
    const bytes = sampleGif()
    assert.deepEqual(scan(bytes.subarray(0, -1)), scan(bytes))
  })

  it('accepts the bytes that it kept and leaves them unchanged', () => {
    for (const { bytes } of STRANGE_GIFS) {
      const { bytes: kept, info } = scan(bytes)
      assert.deepEqual(scan(kept), { bytes: kept, info })
    }
  })

  for (const { name, bytes, expected } of BAD_GIFS) {
    it(`refuses ${name}: ${expected}`, () => {
      assert.throws(() => scan(bytes), reasonOf(expected))
      if (bytes.length < 2000) assert.throws(() => scan(bytes, 1), reasonOf(expected))
    })
  }

  it('has a test file for every reason', () => {
    const tried = new Set(BAD_GIFS.map(({ expected }) => expected))
    assert.deepEqual(
      Object.keys(GIF_REFUSALS).filter(reason => !tried.has(reason as never)),
      [],
    )
  })

  it('keeps the whole frames of a file that is cut off, and refuses one without a whole frame', () => {
    const bytes = sampleGif({ width: 5, height: 5, frames: 2 })
    const one = sampleGif({ width: 5, height: 5, frames: 1 })
    for (let length = 6; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length)
      if (length < one.length - 1) assert.throws(() => scan(cut), reasonOf('truncated'), `at ${length}`)
      else if (length < bytes.length - 1) assert.deepEqual(scan(cut), scan(one), `at ${length}`)
      else assert.deepEqual(scan(cut), scan(bytes))
    }
  })

  it('refuses as early as the bytes allow', () => {
    const scanner = new UploadScanner(LIMITS.gifBytes)
    scanner.scanChunk(Buffer.from('GIF89a'))
    scanner.scanChunk(Uint8Array.of(0xff, 0xff, 1))
    assert.throws(() => scanner.scanChunk(Uint8Array.of(0, 0, 0, 0)), reasonOf('sideTooLong'))
    assert.throws(
      () => new UploadScanner(LIMITS.gifBytes).scanChunk(Buffer.from('NOTGIF')),
      reasonOf('notAGif'),
    )
  })

  it('stops at the most bytes, including those that it drops', () => {
    const scanner = new UploadScanner(LIMITS.gifBytes)
    const whole = sampleGif()
    scanner.scanChunk(whole)
    scanner.scanChunk(Buffer.alloc(LIMITS.gifBytes - whole.length))
    assert.throws(() => scanner.scanChunk(Uint8Array.of(0)), reasonOf('tooLarge'))
  })

  it('never keeps more than may be uploaded, even when it adds the trailer', () => {
    const frame = writeFrame({ ...PIXEL, codeSize: 2 }).subarray(0, 19)
    const blocks = Buffer.alloc(LIMITS.gifBytes - head.length - frame.length - 1, Uint8Array.of(1, 0))
    const withoutTrailer = Buffer.concat([head, frame, blocks, Uint8Array.of(0)])
    assert.equal(withoutTrailer.length, LIMITS.gifBytes)
    assert.throws(() => scan(withoutTrailer), GifRefusal)
  })
})
