import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DecodeListener } from '../../../../cli/gif/decode/gif-decoder.ts'
import { GifDecoder } from '../../../../cli/gif/decode/gif-decoder.ts'
import { GifError, type GifErrorReason } from '../../../../cli/gif/gif-stage.ts'
import { sampleGif } from '../../../support/gif-samples.ts'

const BOX = { columns: 10, rows: 5 }
const taskOf = (bytes: Uint8Array) =>
  ({ bytes, box: BOX, format: { type: 'cells', depth: 'truecolor' } }) as const
/** So much work that it lasts longer than a message between threads. */
const heavy = taskOf(sampleGif({ width: 400, height: 400, frames: 30 }))
const SILENT: DecodeListener = { onSize: () => {}, onFrame: () => {} }

/** Counts reports. */
class CountingListener implements DecodeListener {
  sizes = 0
  frames = 0
  readonly onSize = () => void this.sizes++
  readonly onFrame = () => void this.frames++
}

async function countOf(decoder: GifDecoder, bytes: Uint8Array): Promise<readonly [number, number]> {
  const listener = new CountingListener()
  await decoder.decodeInWorker(taskOf(bytes), listener)
  return [listener.sizes, listener.frames]
}

const errorOf = (reason: GifErrorReason) => (error: unknown) =>
  error instanceof GifError && error.reason === reason

describe('a decoder', () => {
  it('reports the size and each frame of one GIF after the other, even after a refused one', async t => {
    const decoder = new GifDecoder()
    t.after(() => decoder.stopDecoding())
    decoder.startWorker()
    assert.deepEqual(await countOf(decoder, sampleGif({ frames: 3 })), [1, 3])
    await assert.rejects(decoder.decodeInWorker(taskOf(Buffer.from('no GIF')), SILENT), errorOf('notAGif'))
    assert.deepEqual(await countOf(decoder, sampleGif({ frames: 5 })), [1, 5])
  })

  it('stops a worker that takes too long, and starts another for the next GIF', async t => {
    const decoder = new GifDecoder({ timeoutMs: 1 })
    t.after(() => decoder.stopDecoding())
    for (let round = 0; round < 2; round++)
      await assert.rejects(decoder.decodeInWorker(heavy, SILENT), errorOf('tooSlow'))
  })

  it('survives its worker: the GIF that killed it is not shown, but the next one is', async t => {
    const decoder = new GifDecoder()
    t.after(() => decoder.stopDecoding())
    // An invalid task makes the worker throw.
    const impossible = { ...taskOf(sampleGif()), box: undefined } as never
    await assert.rejects(decoder.decodeInWorker(impossible, SILENT), errorOf('decoderFailed'))
    assert.deepEqual(await countOf(decoder, sampleGif({ frames: 2 })), [1, 2])
  })

  it('stops decoding when it is closed, and does not keep the process alive', async () => {
    const decoder = new GifDecoder()
    const closed = decoder.decodeInWorker(heavy, SILENT)
    decoder.stopDecoding()
    await assert.rejects(closed, errorOf('notShown'))
    new GifDecoder().startWorker()
  })
})
