import { createHash } from 'node:crypto'
import type { Verdict } from './verdict.ts'

/** A verdict in one line. What it says of each frame is in the digest. */
export const digestVerdict = (verdict: Verdict): string => {
  if ('refusal' in verdict) return `refused: ${verdict.refusal}`
  const { width, height, plays, frames } = verdict
  const digest = createHash('sha256').update(JSON.stringify(frames)).digest('hex').slice(0, 12)
  return `${width}×${height}, ${frames.length} frames, plays ${plays}, ${digest}`
}
