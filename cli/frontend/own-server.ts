import { randomBytes } from 'node:crypto'
import { CannotServeError } from '../commands/shell/exit-codes.ts'
import type { TokenFile } from '../identity/token-file.ts'

/** A server in this process, which ends with it. */
export interface OwnServer {
  readonly url: string
  close(): Promise<void>
}

/** Where the token file keeps the secret: under a name that is no server's address. */
const SECRET_ENTRY = 'own server'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Starts a server for this machine alone, and only then loads its code. The server keeps its rooms
 * in memory and nowhere else, so whatever ends this process leaves nothing of them. What signs its
 * tokens is kept in the token file, so that people have the same colour the next time. Rejects with
 * `CannotServeError`.
 */
export async function startOwnServer(
  env: Readonly<Record<string, string | undefined>>,
  tokenFile: TokenFile,
): Promise<OwnServer> {
  const [{ startChatServer }, { readServerConfig }] = await Promise.all([
    import('../../server/chat-server.ts'),
    import('../../server/config.ts'),
  ])
  try {
    const { MONGODB_URI: _uri, MONGO_ID: _user, ...rest } = env
    const config = readServerConfig({ host: '127.0.0.1', port: 8005, durability: 'none' }, rest)
    const secret = config.secret ?? (await keptSecret(tokenFile))
    return await startChatServer({ ...config, secret }, silent)
  } catch (error) {
    throw new CannotServeError(error instanceof Error ? error.message : String(error))
  }
}

async function keptSecret(tokenFile: TokenFile): Promise<string> {
  const kept = await tokenFile.read(SECRET_ENTRY)
  if (kept !== undefined) return kept
  const secret = randomBytes(32).toString('base64url')
  await tokenFile.write(SECRET_ENTRY, secret)
  return secret
}
