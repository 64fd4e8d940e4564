import type { Lobby } from '../chat/lobby.ts'
import type { RoomRegistry } from '../chat/room-registry.ts'
import type { Tokens } from '../identity/tokens.ts'
import type { PasswordGuard } from './password-guard.ts'
import type { KeyedBuckets, Rate } from './rate-limit.ts'

/** What every session of a server shares. */
export interface SessionServices {
  readonly rooms: RoomRegistry
  readonly lobby: Lobby
  readonly tokens: Tokens
  readonly passwords: PasswordGuard
  /** Room creations and joins, counted by address: identities are free. */
  readonly creations: KeyedBuckets
  readonly joins: KeyedBuckets
  readonly settings: {
    /** All frames of one connection. */
    readonly requestRate: Rate
    /** Messages said on one connection. */
    readonly messageRate: Rate
    /** Milliseconds a connection may take to say `hello`. */
    readonly helloTimeoutMs: number
  }
  /** Names the server in `welcome`. */
  readonly version: string
  readonly log: SessionLog
  readonly now: () => number
}

/** What sessions say to the log: never a password, a token or what was said. */
export interface SessionLog {
  debug(details: object, message: string): void
  error(details: object, message: string): void
}
