import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, ServerProcess } from '../test/support/server-process.ts'

/** Limits that the load generator never reaches. All other settings are the defaults. */
export const OPEN_RATES = {
  GIFCHAT_ROOMS_PER_ADDRESS: '1000000',
  GIFCHAT_MESSAGES_PER_SECOND: '1000000',
  GIFCHAT_MESSAGES_PER_SECOND_PER_ADDRESS: '1000000',
  GIFCHAT_REQUESTS_PER_SECOND: '1000000',
  GIFCHAT_JOINS_PER_SECOND: '1000000',
  GIFCHAT_CREATIONS_PER_MINUTE: '1000000',
  GIFCHAT_IDENTITIES_PER_MINUTE: '1000000',
  GIFCHAT_ANSWER_BYTES_PER_SECOND_PER_ADDRESS: '1000000000000',
  GIFCHAT_ANSWER_BYTES_PER_SECOND: '1000000000000',
}

export interface BenchServer extends ServerProcess {
  /** The directory of its store. */
  readonly data: string
}

/**
 * The built server in its own process. Its embedded store is deleted afterwards. `rates` are those
 * of an operator, and open by default. With `again`, it is that one, which was stopped.
 */
export async function startBenchServer(
  args: readonly string[] = [],
  rates: Readonly<Record<string, string>> = OPEN_RATES,
  again?: BenchServer,
): Promise<BenchServer & AsyncDisposable> {
  const data = again?.data ?? (await mkdtemp(join(tmpdir(), 'gifchat-bench-')))
  const port = again?.port ?? (await freePort())
  const server = Object.assign(new ServerProcess({ port, data, args, env: rates }), { data })
  await server.start()
  const stop = server[Symbol.asyncDispose].bind(server)
  server[Symbol.asyncDispose] = async () => {
    await stop()
    await rm(data, { recursive: true, force: true })
  }
  return server
}
