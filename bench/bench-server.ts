import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, ServerProcess } from '../test/support/server-process.ts'

/** Rates that the load generator may go to; everything else is the default. */
const OPEN_RATES = {
  GIFCHAT_MESSAGES_PER_SECOND: '1000000',
  GIFCHAT_REQUESTS_PER_SECOND: '1000000',
  GIFCHAT_JOINS_PER_SECOND: '1000000',
  GIFCHAT_LOG_LEVEL: 'error',
}

/** The built server in a process of its own, on an embedded store that is gone afterwards. */
export async function startBenchServer(): Promise<ServerProcess & AsyncDisposable> {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-bench-'))
  const server = new ServerProcess({ port: await freePort(), data, env: OPEN_RATES })
  await server.start()
  const stop = server[Symbol.asyncDispose].bind(server)
  server[Symbol.asyncDispose] = async () => {
    await stop()
    await rm(data, { recursive: true, force: true })
  }
  return server
}

/** Resident memory of a process in MiB, from /proc. */
export async function residentMebibytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
