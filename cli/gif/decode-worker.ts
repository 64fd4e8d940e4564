import { parentPort, workerData } from 'node:worker_threads'
import { GifRefusal, type GifRefusalReason } from '../../protocol/gif-refusal.ts'
import { walkGif } from '../../protocol/gif-walker.ts'
import { cellColor } from '../terminal/colors.ts'
import type { GraphicsLevel } from '../terminal/graphics.ts'
import { decodeGif, fitCells } from './decode-gif.ts'

/** What a worker is started with. */
export interface DecodeTask {
  readonly bytes: Uint8Array
  readonly box: { readonly columns: number; readonly rows: number }
  readonly level: Exclude<GraphicsLevel, 'text'>
}

/** What a worker tells, in this order: a refusal; or the size in cells, its frames one by one, and the end. */
export type DecodeReport =
  | { readonly type: 'refused'; readonly reason: GifRefusalReason }
  | { readonly type: 'size'; readonly columns: number; readonly rows: number }
  | { readonly type: 'frame'; readonly colors: Int32Array<ArrayBuffer>; readonly delayMs: number }
  | { readonly type: 'end' }

// The entry of the worker: a client trusts no server, so the bytes are scanned again before they are decoded.
const { bytes, box, level }: DecodeTask = workerData
const report = (message: DecodeReport, transfer: readonly ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transfer)
try {
  const scan = walkGif(bytes)
  const { columns, rows } = fitCells(scan, box)
  report({ type: 'size', columns, rows })
  for (const { pixels, delayMs } of decodeGif(scan, { width: columns, height: rows * 2 })) {
    const colors = Int32Array.from(pixels, pixel => cellColor(pixel, level))
    report({ type: 'frame', colors, delayMs }, [colors.buffer])
  }
  report({ type: 'end' })
} catch (error) {
  if (!(error instanceof GifRefusal)) throw error
  report({ type: 'refused', reason: error.reason })
}
