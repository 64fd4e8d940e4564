import { createChatClient } from '../../connection/chat-client.ts'
import type { ChatClient } from '../../connection/client-events.ts'
import type { Trace } from '../../connection/trace.ts'
import type { TokenFile } from '../../identity/token-file.ts'

/** A client that is on each server who it was there before. */
export interface KnownClient {
  readonly client: ChatClient
  /** Resolves when the identity is where it will be found the next time. */
  saved(): Promise<void>
}

/** Makes a client with the token of its server; `isFresh` leaves the old one aside and puts a new one in its place. */
export async function createKnownClient(options: {
  readonly server: string
  readonly tokenFile: TokenFile
  readonly isFresh?: boolean
  readonly trace?: Trace | undefined
}): Promise<KnownClient> {
  const { server, tokenFile, isFresh = false, trace } = options
  let saving = Promise.resolve()
  const client = createChatClient({
    server,
    trace,
    token: isFresh ? undefined : await tokenFile.read(server),
    onToken: token => {
      saving = saving.then(() => tokenFile.write(server, token))
    },
  })
  return { client, saved: () => saving }
}
