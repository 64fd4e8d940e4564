import { parentPort } from 'node:worker_threads'
import { GifRefusal, type GifRefusalReason } from '../../../gif/gif-refusal.ts'
import { walkGifInPlace } from '../../../gif/gif-walker.ts'
import { decodeFormattedFrames } from './decode-formatted-frames.ts'
import type { CellArea, FormattedFrame, FrameFormat } from './frame-format.ts'
import { placePicture } from './picture-placement.ts'

/** A GIF for the worker to decode. */
export interface DecodeTask {
  readonly bytes: Uint8Array
  readonly box: CellArea
  readonly format: FrameFormat
}

/** What the worker reports: a refusal, or else the size in cells and how often it plays, each
 * frame, and the end. */
export type DecodeReport =
  | { readonly type: 'refused'; readonly reason: GifRefusalReason }
  | { readonly type: 'size'; readonly area: CellArea; readonly plays: number }
  | { readonly type: 'frame'; readonly frame: FormattedFrame }
  | { readonly type: 'end'; readonly lastMs: number }

// The worker starts here and gets one task after the other.
parentPort?.on('message', (task: DecodeTask) => decode(task))

const report = (message: DecodeReport, transfer: readonly ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transfer)

/** The client does not trust the server, so it scans the bytes again before it decodes them. */
function decode({ bytes, box, format }: DecodeTask): void {
  try {
    const scan = walkGifInPlace(bytes)
    const placement = placePicture(scan, box, format)
    report({ type: 'size', area: placement.area, plays: scan.plays })
    const frames = decodeFormattedFrames(scan, placement, format)
    let next = frames.next()
    for (; next.done !== true; next = frames.next()) {
      const frame = next.value
      report({ type: 'frame', frame }, frame.type === 'cells' ? [frame.colors.buffer] : [])
    }
    report({ type: 'end', lastMs: next.value })
  } catch (error) {
    if (!(error instanceof GifRefusal)) throw error
    report({ type: 'refused', reason: error.reason })
  }
}
