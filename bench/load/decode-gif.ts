// Decodes one GIF twice in the built decoder's worker and prints the costs. It runs in its own
// process, so that all memory of the process is the decoder's.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { DecodeReport, DecodeTask } from '../../cli/gif/decode/decode-worker.ts'
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
const bytes = file()
const start = performance.now()
const worker = new Worker(WORKER, { execArgv: [] })
const started = await decode(worker, bytes, start)
const again = file()
const resident = residentBytes(process.pid)
forgetPeak()
const kept = await decode(worker, again, performance.now())
const decoding: Decoding = {
  startedMs: started.first,
  keptMs: kept.first,
  allMs: kept.all,
  extraBytes: peakBytes() - resident,
}
process.stdout.write(JSON.stringify(decoding))
await worker.terminate()
