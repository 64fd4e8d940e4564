// Decodes one GIF in the built decoder's worker and prints the costs. It runs in its own
// process, so that all memory of the process is the decoder's.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { DecodeReport, DecodeTask } from '../../cli/gif/decode/decode-worker.ts'
import { DECODER_RESOURCES } from '../../cli/gif/decode/gif-decoder.ts'
import { sampleGif } from '../../test/support/gif-samples.ts'
import { residentBytes } from '../process-usage.ts'

/**
 * Milliseconds, and the highest bytes of memory above what the process had with the file loaded.
 */
export interface Decoding {
  /**
   * From the bytes to the first frame, with a worker that has to start and with one that runs
   * already.
   */
  readonly startedMs: number
  readonly keptMs: number
  readonly allMs: number
  readonly extraBytes: number
}

const WORKER = join(import.meta.dirname, '../../dist/decode-worker.js')
const [path = ''] = process.argv.slice(2)

async function decode(worker: Worker, bytes: Uint8Array<ArrayBuffer>, start: number) {
  const task: DecodeTask = {
    bytes,
    box: { columns: 40, rows: 20 },
    format: { type: 'cells', depth: 'truecolor' },
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let first = 0
  worker.on('message', (report: DecodeReport) => {
    if (report.type === 'frame' && first === 0) first = performance.now() - start
    if (report.type === 'end') resolve()
    if (report.type === 'refused') reject(new Error(report.reason))
  })
  worker.postMessage(task, [bytes.buffer])
  await promise
  worker.removeAllListeners('message')
  return { first, all: performance.now() - start }
}

/** The most memory of the whole process since `forgetPeak`. */
const peakBytes = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024
const forgetPeak = (): void => writeFileSync('/proc/self/clear_refs', '5')

const file = () => new Uint8Array(readFileSync(path))
const startWorker = () => new Worker(WORKER, { resourceLimits: DECODER_RESOURCES, execArgv: [] })

// The memory comes first: what a GIF before has left could be used again. Only a tiny one has run.
const kept = startWorker()
await decode(kept, new Uint8Array(sampleGif()), 0)
const bytes = file()
const resident = residentBytes(process.pid)
forgetPeak()
await decode(kept, bytes, 0)
const extraBytes = peakBytes() - resident
const again = await decode(kept, file(), performance.now())
await kept.terminate()

const third = file()
const start = performance.now()
const worker = startWorker()
const started = await decode(worker, third, start)
await worker.terminate()
const decoding: Decoding = { startedMs: started.first, keptMs: again.first, allMs: again.all, extraBytes }
process.stdout.write(JSON.stringify(decoding))
