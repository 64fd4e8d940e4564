import { CannotServeError } from '../commands/shell/exit-codes.ts'

/** A server in this process, which ends with it. */
export interface OwnServer {
  readonly url: string
  close(): Promise<void>
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Starts a server for this machine alone, and only then loads its code. Rejects with
 * `CannotServeError`.
 */
export async function startOwnServer(env: Readonly<Record<string, string | undefined>>): Promise<OwnServer> {
  const [{ startChatServer }, { readConfig }] = await Promise.all([
    import('../../server/chat-server.ts'),
    import('../../server/config.ts'),
  ])
  try {
    return await startChatServer(readConfig({ host: '127.0.0.1', port: 8005 }, env), silent)
  } catch (error) {
    throw new CannotServeError(error instanceof Error ? error.message : String(error))
  }
}
