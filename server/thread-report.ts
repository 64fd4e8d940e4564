import type { ChatServer } from './chat-server.ts'
import type { Config } from './config.ts'
import type { ServeLanguage } from './words/pick-serve-words.ts'

export type LogFormat = NonNullable<Config['logFormat']>

/** What a server's thread is started with. */
export interface ThreadOptions {
  readonly config: Config
  readonly logLevel: string
  readonly logFormat: LogFormat
  readonly language: ServeLanguage
  /** The file that the standard error is, if the log has to keep that small. */
  readonly log: string | undefined
}

/** A server that runs in a thread. */
export type RunningServer = Pick<ChatServer, 'url' | 'port' | 'storeKind'>

/**
 * What a server's thread is told. `count` is answered with `use`; `reload` reads the certificate
 * again; `toggleDebug` has everything logged, or no longer.
 */
export type ThreadRequest = 'stop' | 'count' | 'reload' | 'toggleDebug'

/**
 * What a server's thread reports: its start, once, and how much it is used. It exits when it was
 * told to or has failed.
 */
export type ThreadReport =
  | ({ readonly kind: 'listening' } & RunningServer)
  | { readonly kind: 'use'; readonly connections: number; readonly rooms: number }
  /** `why` is a sentence for the operator. */
  | { readonly kind: 'failed'; readonly why: string; readonly isPortInUse?: boolean }
