import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeGif } from '../../cli/gif/decode/decode-gif.ts'
import { GifRefusal } from '../../gif/gif-refusal.ts'
import { type GifScan, walkGif } from '../../gif/gif-walker.ts'
import { LIMITS } from '../../protocol/limits.ts'
import { type ScannedGif, UploadScanner } from '../../server/transport/upload-scanner.ts'
import { goodGifs, mutantOf } from '../support/gif-mutants.ts'
import { seededRandom } from '../support/gif-random.ts'

const MUTANTS = 20_000
/** Far more memory than one mutant needs, and far less than a leak of 20,000 mutants would be. */
const MOST_BYTES = 256 * 1024 * 1024

/** What a scan finds, or the reason of its refusal. Any other error fails the test. */
function attempt<Result>(scan: () => Result): Result | string {
  try {
    return scan()
  } catch (error) {
    assert.ok(error instanceof GifRefusal, String(error))
    return error.reason
  }
}

function scanOnServer(bytes: Uint8Array, chunk: number): ScannedGif {
  const scanner = new UploadScanner(LIMITS.gifBytes)
  for (let start = 0; start < bytes.length; start += chunk)
    scanner.scanChunk(bytes.subarray(start, start + chunk))
  return scanner.endScan()
}

/**
 * Decodes all frames. Their number and size must be those of the scan, and their pixels within the
 * limit.
 */
function decodeOnClient(scan: GifScan, size: { readonly width: number; readonly height: number }): void {
  const drawn = scan.frames.reduce((sum, { width, height }) => sum + width * height, 0)
  assert.ok(drawn <= LIMITS.gifPixels)
  let frames = 0
  for (const { pixels } of decodeGif(scan, size)) {
    assert.equal(pixels.length, size.width * size.height)
    frames++
  }
  assert.equal(frames, scan.frames.length)
}

test('server and client agree on 20,000 mutants of good files, and draw those that they accept', () => {
  const random = seededRandom(99)
  const good = goodGifs()
  let taken = 0
  for (let round = 0; round < MUTANTS; round++) {
    const mutant = mutantOf(good, random)
    const onServer = attempt(() => scanOnServer(mutant, 1 + random(4_000)))
    const onClient = attempt(() => walkGif(mutant))
    if (typeof onServer === 'string' || typeof onClient === 'string') {
      assert.equal(onServer, onClient)
    } else {
      assert.ok(onServer.bytes.length <= mutant.length + 1)
      assert.deepEqual(onClient.bytes, onServer.bytes)
      decodeOnClient(onClient, { width: 1 + random(24), height: 1 + random(24) })
      taken++
    }
    if (round % 1_000 === 0) assert.ok(process.memoryUsage().arrayBuffers < MOST_BYTES)
  }
  assert.ok(taken > MUTANTS / 10 && taken < (MUTANTS * 9) / 10, `${taken} taken`)
})
