import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TransferProgress } from './transfer-progress.ts'

/** So many bytes are sent at a time: little enough to see how fast a slow client reads. */
const CHUNK_BYTES = 32 * 1024

/**
 * Sends a body piece by piece, each after the wait that `spendBytes` tells for it. Resolves when
 * the last piece is on its way, or when the connection is gone. Rejects as `parts` do.
 */
export async function sendPacedBody(
  response: ServerResponse,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  progress: TransferProgress,
  spendBytes: (bytes: number) => number,
): Promise<void> {
  for await (const part of parts) {
    for (let at = 0; at < part.length; at += CHUNK_BYTES) {
      const piece = part.subarray(at, at + CHUNK_BYTES)
      const waitMs = spendBytes(piece.length)
      if (waitMs > 0) {
        progress.awaitServer()
        await sleep(waitMs)
      }
      if (response.destroyed) return
      progress.awaitPeer()
      if (!response.write(piece)) await untilDrained(response)
      progress.countBytes(piece.length)
    }
    progress.awaitServer()
  }
  // The client is awaited until it has taken the last piece and the response closes.
  progress.awaitPeer()
  response.end()
}

/** Resolves when the client has taken what was written, or is gone. */
function untilDrained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const settle = () => {
      response.off('drain', settle)
      response.off('close', settle)
      resolve()
    }
    response.on('drain', settle)
    response.on('close', settle)
    if (response.destroyed) settle()
  })
}
