import type { ChatServer } from './chat-server.ts'
import type { Config } from './config.ts'

/** What a server's thread is started with. Any message to the thread asks it to stop. */
export interface ThreadOptions {
  readonly config: Config
  readonly logLevel: string
}

/** A server that runs in a thread. */
export type RunningServer = Pick<ChatServer, 'url' | 'port' | 'storeKind'>

/**
 * What a server's thread reports of its start, once. It exits when it was told to or has failed.
 */
export type ThreadReport =
  | ({ readonly kind: 'listening' } & RunningServer)
  /** `why` is a sentence for the operator. */
  | { readonly kind: 'failed'; readonly why: string }
