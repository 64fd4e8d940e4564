import { Worker } from 'node:worker_threads'
import type { DecodeReport, DecodeTask } from './decode-worker.ts'
import type { CellArea, FormattedFrame } from './frame-format.ts'
import { GifError } from './gif-stage.ts'

/** What is told while a GIF is decoded: its size first, then each frame in order. */
export interface DecodeListener {
  readonly onSize: (area: CellArea) => void
  readonly onFrame: (frame: FormattedFrame) => void
}

/** Milliseconds until a decoder is stopped. */
export const DECODE_TIMEOUT_MS = 5_000

// What a decoder itself needs of the heap is little: pixels lie outside it, and the scan bounds them.
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 }

const SOURCE_EXTENSION = new URL(import.meta.url).pathname.endsWith('.ts') ? 'ts' : 'js'
const WORKER_URL = new URL(`./decode-worker.${SOURCE_EXTENSION}`, import.meta.url)

/**
 * Decodes in a worker of its own, which ends with the GIF, with `signal`, or after `timeoutMs`. Resolves when every
 * frame was told, with how long the last one is shown where that was left open; rejects with a `GifError`.
 */
export function decodeInWorker(
  task: DecodeTask,
  listener: DecodeListener,
  { signal, timeoutMs = DECODE_TIMEOUT_MS }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const worker = new Worker(WORKER_URL, { workerData: task, resourceLimits: RESOURCE_LIMITS, execArgv: [] })
  const stop = () => reject(new GifError('notShown'))
  const timer = setTimeout(() => reject(new GifError('tooSlow')), timeoutMs)
  signal.addEventListener('abort', stop)
  worker.on('message', (report: DecodeReport) => {
    switch (report.type) {
      case 'refused':
        return reject(new GifError(report.reason))
      case 'size':
        return listener.onSize(report.area)
      case 'frame':
        return listener.onFrame(report.frame)
      case 'end':
        return resolve(report.lastMs)
    }
  })
  worker.on('error', error => reject(new GifError('decoderFailed', error.message)))
  worker.on('exit', () => reject(new GifError('decoderFailed')))
  return promise.finally(async () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  })
}
