import type { ChatStore } from '../../server/chat/chat-store.ts'
import type { Differences } from './checker.ts'
import type { Fault } from './faulty-proxy.ts'

/** All clients come from one address, whose rates are not what is tested. */
export const OPEN_RATES = {
  GIFCHAT_MESSAGES_PER_SECOND_PER_ADDRESS: '1000000',
  GIFCHAT_UPLOADS_PER_MINUTE: '1000000',
}

export interface ChaosPlan {
  readonly seed: number
  readonly clients: number
  readonly rooms: number
  /** How often the server is killed with SIGKILL and started again. */
  readonly kills: number
  /** How many connections are broken. Half as many are stalled or delayed in addition. */
  readonly cuts: number
  /** Milliseconds between kills. */
  readonly killEveryMs: number
  /** How often one of several servers is frozen for some seconds, and how often Redis is killed. */
  readonly freezes?: number
  readonly redisRestarts?: number
  /** How often one of several is cut off from Redis, from the database, or from both. */
  readonly partitions?: number
  /**
   * How often another server replaces the only one. Several are ended with SIGTERM and started
   * again one after the other.
   */
  readonly rolls?: number
  /** What happens to the database of the only one. */
  readonly databaseFreezes?: number
  readonly databaseKills?: number
  /** How many messages all clients together post, and how many of them are GIFs. */
  readonly messages: number
  readonly gifs?: number
  /**
   * How many servers look like one. If there are several, somebody tries all the time to get into
   * each room, which is full.
   */
  readonly nodes?: number
}

export interface ChaosReport {
  readonly faults: Readonly<Record<Fault | 'kill', number>>
  readonly said: number
  readonly acked: number
  readonly failed: number
  readonly shown: number
  readonly differences: Differences
  readonly lostSeats: readonly string[]
  /** How often a GIF was fetched and compared. */
  readonly fetched: number
  /** What clients were told that went wrong for now, by its words. */
  readonly troubles: ReadonlyMap<string, readonly string[]>
  /** Milliseconds until the ack of each text. */
  readonly ackMs: readonly number[]
  /** Milliseconds from each kill until each client that had no seat then was in its room again. */
  readonly recoveryMs: readonly number[]
  /** The same without the time in which the database was frozen. */
  readonly recoveryAwakeMs: readonly number[]
  /** Whether servers were only replaced one by one, of which no client may be told. */
  readonly isSmooth: boolean
}

/** A server that can be killed, or several that look like one. */
export interface ChaosServer {
  readonly port: number
  readonly url: string
  /** Of each of several. */
  readonly urls?: readonly string[]
  start(): Promise<void>
  /** Of several, SIGKILL ends one, and the others go on. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<unknown>
  /** Resolves when each of several takes clients. */
  untilReady?(): Promise<void>
  /** When its database was frozen, in milliseconds since 1970. */
  readonly frozen?: readonly { readonly from: number; readonly to: number }[]
  /** What else can happen to several. Resolves when it has happened so often. */
  torment?(plan: ChaosPlan, durationMs: number, random: () => number): Promise<void>
}

/** A server that can be killed, and ways to look into its store. */
export interface ChaosGround {
  readonly server: ChaosServer
  /** The server must be down. */
  readonly openStore: () => Promise<ChatStore>
  /** Told of what the run does. */
  readonly note?: (what: string) => void
  /** How much the store has of each kind of thing. The server may be up. */
  readonly countStored?: () => Promise<Readonly<Record<string, number>>>
}
