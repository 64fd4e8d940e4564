import { Worker } from 'node:worker_threads'
import { GifError } from '../gif-stage.ts'
import type { DecodeReport, DecodeTask } from './decode-worker.ts'
import type { CellArea, FormattedFrame } from './frame-format.ts'

/** Is told the size of a GIF first, then each frame in order. */
export interface DecodeListener {
  readonly onSize: (area: CellArea, plays: number) => void
  readonly onFrame: (frame: FormattedFrame) => void
}

/** A GIF that takes longer is given up. */
const DECODE_TIMEOUT_MS = 5_000
/** A worker without a task ends after so long and frees its memory. A new one needs 50 ms. */
const IDLE_MS = 60_000

// Pixels lie outside the heap and are bounded by the scan; the decoder needs little else.
export const DECODER_RESOURCES = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2, stackSizeMb: 2 }

const SOURCE_EXTENSION = new URL(import.meta.url).pathname.endsWith('.ts') ? 'ts' : 'js'
const WORKER_URL = new URL(`./decode-worker.${SOURCE_EXTENSION}`, import.meta.url)

/** Decodes one GIF at a time in a worker, which stays for the next GIF unless it was stopped. */
export class GifDecoder {
  readonly #timeoutMs: number
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  /** Rejects the decoding in progress. */
  #fail: ((error: GifError) => void) | undefined

  constructor({ timeoutMs = DECODE_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}) {
    this.#timeoutMs = timeoutMs
  }

  /** Starts the worker ahead of the first GIF. */
  startWorker(): void {
    if (this.#fail === undefined) this.#rest(this.#ready())
  }

  /**
   * Decodes a GIF, whose bytes belong to the decoder from now on. Resolves after the last frame
   * with how long that one is shown, if that is open; rejects with a `GifError`. Call it again only
   * when it has settled.
   */
  async decodeInWorker(task: DecodeTask, listener: DecodeListener): Promise<number> {
    const worker = this.#ready()
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const onReport = (report: DecodeReport) => {
      switch (report.type) {
        case 'refused':
          return reject(new GifError(report.reason))
        case 'size':
          return listener.onSize(report.area, report.plays)
        case 'frame':
          return listener.onFrame(report.frame)
        case 'end':
          return resolve(report.lastMs)
      }
    }
    const timer = setTimeout(() => this.#stop(new GifError('tooSlow')), this.#timeoutMs)
    this.#fail = reject
    worker.on('message', onReport).ref()
    worker.postMessage(task, ownBufferOf(task.bytes))
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#fail = undefined
      worker.off('message', onReport)
      if (this.#worker === worker) this.#rest(worker)
    }
  }

  /** Gives up the decoding in progress. */
  stopDecoding(): void {
    this.#stop(new GifError('notShown'))
  }

  #ready(): Worker {
    clearTimeout(this.#idle)
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(WORKER_URL, { resourceLimits: DECODER_RESOURCES, execArgv: [] })
    const lose = (error?: Error) => {
      if (this.#worker === worker) this.#stop(new GifError('decoderFailed', error?.message))
    }
    worker.on('error', lose).on('exit', () => lose())
    this.#worker = worker
    return worker
  }

  /** A worker without a task does not keep the process alive. */
  #rest(worker: Worker): void {
    worker.unref()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#stop(new GifError('notShown')), IDLE_MS).unref()
  }

  /** Ends the worker; the next GIF gets a new one. */
  #stop(error: GifError): void {
    clearTimeout(this.#idle)
    void this.#worker?.terminate()
    this.#worker = undefined
    this.#fail?.(error)
  }
}

/** The buffer to transfer, if it holds these bytes alone. A part of a larger buffer is copied. */
const ownBufferOf = ({ buffer, byteLength }: Uint8Array): readonly ArrayBuffer[] =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
