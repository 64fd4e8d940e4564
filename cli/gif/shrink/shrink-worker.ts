import { parentPort } from 'node:worker_threads'
import type { GifLimits } from '../../../gif/gif-limits.ts'
import { GifRefusal, type GifRefusalReason } from '../../../gif/gif-refusal.ts'
import { type ShrunkGif, shrinkGif } from './shrink-gif.ts'

/** A GIF for the worker to make smaller. */
export interface ShrinkTask {
  readonly file: Uint8Array
  readonly limits: GifLimits
}

export type ShrinkReport =
  | { readonly type: 'shrunk'; readonly gif: ShrunkGif }
  | { readonly type: 'refused'; readonly reason: GifRefusalReason }

// The worker starts here and gets one task.
parentPort?.once('message', ({ file, limits }: ShrinkTask) => {
  try {
    const gif = shrinkGif(file, limits)
    report({ type: 'shrunk', gif }, [gif.bytes.buffer])
  } catch (error) {
    if (!(error instanceof GifRefusal)) throw error
    report({ type: 'refused', reason: error.reason })
  }
})

const report = (message: ShrinkReport, transfer: readonly ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transfer)
