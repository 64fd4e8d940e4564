import { Worker } from 'node:worker_threads'
import type { GifLimits } from '../../../gif/gif-limits.ts'
import { GifError } from '../gif-stage.ts'
import type { ShrunkGif } from './shrink-gif.ts'
import type { ShrinkReport, ShrinkTask } from './shrink-worker.ts'

/** A GIF that takes longer is given up. */
const SHRINK_TIMEOUT_MS = 60_000

const SOURCE_EXTENSION = new URL(import.meta.url).pathname.endsWith('.ts') ? 'ts' : 'js'
const WORKER_URL = new URL(`./shrink-worker.${SOURCE_EXTENSION}`, import.meta.url)

/**
 * Makes a GIF small enough for a server, in a worker. The bytes are the worker's from then on.
 * Rejects with a `GifError`: `notShown` if `signal` ends it before it is done.
 */
export async function shrinkGifInWorker(
  file: Uint8Array<ArrayBuffer>,
  limits: GifLimits,
  signal: AbortSignal,
): Promise<ShrunkGif> {
  const { promise, resolve, reject } = Promise.withResolvers<ShrunkGif>()
  const worker = new Worker(WORKER_URL, { execArgv: [] })
  worker.unref()
  const fail = (error?: Error) => reject(new GifError('decoderFailed', error?.message))
  worker
    .on('error', fail)
    .on('exit', () => fail())
    .on('message', (report: ShrinkReport) => {
      if (report.type === 'shrunk') resolve(report.gif)
      else reject(new GifError(report.reason))
    })
  const timer = setTimeout(() => reject(new GifError('tooSlow')), SHRINK_TIMEOUT_MS)
  const stop = () => reject(new GifError('notShown'))
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  const task: ShrinkTask = { file, limits }
  worker.postMessage(task, [file.buffer])
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
