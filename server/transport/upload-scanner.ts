import { createHash } from 'node:crypto'
import { KeptGifBytes } from '../../gif/gif-bytes.ts'
import { gifLimits } from '../../gif/gif-limits.ts'
import { GifWalker } from '../../gif/gif-walker.ts'
import type { GifInfo } from '../../protocol/model.ts'

/** A GIF that may be stored: its facts, and the bytes to keep. */
export interface ScannedGif {
  readonly info: GifInfo
  readonly bytes: Uint8Array
}

/**
 * Scans a GIF during its upload. It decodes no pixel and holds at most `mostBytes`. Both
 * methods throw a `GifRefusal` as soon as the file can't pass any more (PROTOCOL.md G3).
 */
export class UploadScanner {
  readonly #walker: GifWalker

  /** `expectedBytes` is a guess that saves copying. The file may be shorter or longer. */
  constructor(mostBytes: number, expectedBytes = 16 * 1024) {
    const kept = new KeptGifBytes(new Uint8Array(Math.min(expectedBytes, mostBytes)))
    this.#walker = new GifWalker(gifLimits(mostBytes), kept)
  }

  scanChunk(chunk: Uint8Array): void {
    this.#walker.walkChunk(chunk)
  }

  /** The upload is complete. */
  endScan(): ScannedGif {
    const { width, height, durationMs, frames, bytes } = this.#walker.endWalk()
    const id = createHash('sha256').update(bytes).digest().subarray(0, 16).toString('base64url')
    return { info: { id, bytes: bytes.length, width, height, frames: frames.length, durationMs }, bytes }
  }
}
