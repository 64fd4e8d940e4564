import type { Role } from '../../../protocol/model.ts'
import { createChatClient } from '../../connection/chat-client.ts'
import type { ChatClient } from '../../connection/client-events.ts'
import { openServerRoute } from '../../connection/route/server-route.ts'
import type { Trace } from '../../connection/trace.ts'
import type { TokenFile } from '../../identity/token-file.ts'

/** A client with the identity that this person has on the server. */
export interface KnownClient {
  readonly client: ChatClient
  /** Resolves when the tokens that came so far are written. */
  saved(): Promise<void>
}

/**
 * Makes a client with the token for its server. `isFresh` asks for a new identity, which replaces
 * the old one.
 */
export async function createCommandClient(options: {
  readonly server: string
  readonly tokenFile: TokenFile
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isFresh?: boolean
  readonly role?: Role | undefined
  readonly trace?: Trace | undefined
  readonly answerMs?: number | undefined
}): Promise<KnownClient> {
  const { server, tokenFile, env, isFresh = false, role, trace, answerMs } = options
  let saving = Promise.resolve()
  const client = createChatClient({
    server,
    route: await openServerRoute(server, env),
    role,
    trace,
    answerMs,
    token: isFresh ? undefined : await tokenFile.read(server),
    onToken: token => {
      saving = saving.then(() => tokenFile.write(server, token))
    },
  })
  return { client, saved: () => saving }
}
