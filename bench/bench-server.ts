import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, ServerProcess } from '../test/support/server-process.ts'

/** Limits that the load generator never reaches. All other settings are the defaults. */
const OPEN_RATES = {
  GIFCHAT_ROOMS_PER_ADDRESS: '1000000',
  GIFCHAT_MESSAGES_PER_SECOND: '1000000',
  GIFCHAT_MESSAGES_PER_SECOND_PER_ADDRESS: '1000000',
  GIFCHAT_REQUESTS_PER_SECOND: '1000000',
  GIFCHAT_JOINS_PER_SECOND: '1000000',
  GIFCHAT_CREATIONS_PER_MINUTE: '1000000',
}

/** The built server in its own process. Its embedded store is deleted afterwards. */
export async function startBenchServer(
  args: readonly string[] = [],
): Promise<ServerProcess & AsyncDisposable> {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-bench-'))
  const server = new ServerProcess({ port: await freePort(), data, args, env: OPEN_RATES })
  await server.start()
  const stop = server[Symbol.asyncDispose].bind(server)
  server[Symbol.asyncDispose] = async () => {
    await stop()
    await rm(data, { recursive: true, force: true })
  }
  return server
}
