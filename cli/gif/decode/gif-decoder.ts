import { Worker } from 'node:worker_threads'
import { GifError } from '../gif-stage.ts'
import type { DecodeReport, DecodeTask } from './decode-worker.ts'
import type { CellArea, FormattedFrame } from './frame-format.ts'

/** What is told while a GIF is decoded: its size first, then each frame in order. */
export interface DecodeListener {
  readonly onSize: (area: CellArea) => void
  readonly onFrame: (frame: FormattedFrame) => void
}

/** Milliseconds until a worker is stopped. */
const DECODE_TIMEOUT_MS = 5_000
/** Milliseconds that a worker waits for a further GIF, before it gives its memory back. */
const IDLE_MS = 10_000

// What a decoder itself needs of the heap is little: pixels lie outside it, and the scan bounds them.
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2, stackSizeMb: 2 }

const SOURCE_EXTENSION = new URL(import.meta.url).pathname.endsWith('.ts') ? 'ts' : 'js'
const WORKER_URL = new URL(`./decode-worker.${SOURCE_EXTENSION}`, import.meta.url)

/** Decodes GIFs one at a time, in a worker that stays for the next one unless it had to be stopped. */
export class GifDecoder {
  readonly #timeoutMs: number
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  /** Ends what is being decoded. */
  #fail: ((error: GifError) => void) | undefined

  constructor({ timeoutMs = DECODE_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}) {
    this.#timeoutMs = timeoutMs
  }

  /** Starts the worker, while the bytes of a GIF are still on their way. */
  prepare(): void {
    if (this.#fail === undefined) this.#rest(this.#ready())
  }

  /**
   * Takes the task's bytes over. Resolves when every frame was told, with how long the last one is shown where that was left open; rejects with a
   * `GifError`. To be called again only when it has settled.
   */
  async decode(task: DecodeTask, listener: DecodeListener): Promise<number> {
    const worker = this.#ready()
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const onReport = (report: DecodeReport) => {
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

  /** What is being decoded is given up. */
  close(): void {
    this.#stop(new GifError('notShown'))
  }

  #ready(): Worker {
    clearTimeout(this.#idle)
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(WORKER_URL, { resourceLimits: RESOURCE_LIMITS, execArgv: [] })
    const lose = (error?: Error) => {
      if (this.#worker === worker) this.#stop(new GifError('decoderFailed', error?.message))
    }
    worker.on('error', lose).on('exit', () => lose())
    this.#worker = worker
    return worker
  }

  /** A worker without work holds no program up. */
  #rest(worker: Worker): void {
    worker.unref()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#stop(new GifError('notShown')), IDLE_MS).unref()
  }

  /** The next GIF gets a new worker. */
  #stop(error: GifError): void {
    clearTimeout(this.#idle)
    void this.#worker?.terminate()
    this.#worker = undefined
    this.#fail?.(error)
  }
}

/** The memory that holds these bytes and nothing else, to be handed on; a part of something larger is copied instead. */
const ownBufferOf = ({ buffer, byteLength }: Uint8Array): readonly ArrayBuffer[] =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
