import type { CoreLog } from '../chat/core-log.ts'
import type { Lobby } from '../chat/lobby.ts'
import type { RoomDirectory } from '../chat/room-access.ts'
import type { Tokens } from '../identity/tokens.ts'
import type { ServerMetrics } from '../metrics/server-metrics.ts'
import type { AnswerBudget } from './answer-budget.ts'
import type { KeyedRateBuckets, Rate } from './rate-limit.ts'

/** What every session of a server shares. */
export interface SessionServices {
  readonly rooms: RoomDirectory
  readonly lobby: Lobby
  readonly tokens: Tokens
  /**
   * New identities, room creations, joins and messages. They are counted by address, since anybody
   * can have many connections.
   */
  readonly identities: KeyedRateBuckets
  readonly creations: KeyedRateBuckets
  readonly joins: KeyedRateBuckets
  readonly messages: KeyedRateBuckets
  readonly answers: AnswerBudget
  readonly settings: {
    /** The rate of all frames on one connection. */
    readonly requestRate: Rate
    /** The rate of messages on one connection. */
    readonly messageRate: Rate
    /** Milliseconds a connection may take to say `hello`. */
    readonly helloTimeoutMs: number
    /** The most bytes of a GIF file, as `welcome` tells. */
    readonly gifFileBytes: number
  }
  /** Names the server in `welcome`. */
  readonly version: string
  readonly log: SessionLog
  readonly metrics: ServerMetrics
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number
}

/** How sessions write to the log. Passwords, tokens and messages never go there. */
export interface SessionLog extends CoreLog {
  debug(details: object, message: string): void
  error(details: object, message: string): void
}
