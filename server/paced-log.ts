import { type Rate, RateBucket } from './session/rate-limit.ts'
import type { SessionLog } from './session/session-services.ts'

/** Lines of one kind: so many at once, and one in so long from then on. */
const LINE_RATE: Rate = { perSecond: 1, burst: 200 }
/** The same for each kind of refusal, of which a flood has as many as it likes. */
const REFUSAL_RATE: Rate = { perSecond: 0.1, burst: 20 }
/** How long lines are left out before a line tells how many they were, in milliseconds. */
const TELL_MS = 10_000
/** Connections that are counted apart while lines are left out. */
const COUNTED_CONNECTIONS = 1_000

type Level = 'info' | 'warn' | 'error'

interface Details {
  readonly connection?: number
  readonly code?: string
}

/** Lines that were left out. */
interface LeftOut {
  readonly level: Level
  readonly message: string
  readonly code: string | undefined
  count: number
  readonly byConnection: Map<number, number>
}

/**
 * Hands lines on to a log until there are many of one kind, so that no flood fills a disk. From
 * then on it leaves lines out, and tells every 10 s how many they were and which connection made
 * most of them.
 */
export class PacedLog implements SessionLog {
  readonly #log: SessionLog
  readonly #now: () => number
  readonly #buckets = new Map<string, RateBucket>()
  readonly #leftOut = new Map<string, LeftOut>()
  #telling: NodeJS.Timeout | undefined

  constructor(log: SessionLog, now: () => number) {
    this.#log = log
    this.#now = now
  }

  debug(details: object, message: string): void {
    this.#log.debug(details, message)
  }

  info(details: object, message: string): void {
    this.#write('info', details, message)
  }

  warn(details: object, message: string): void {
    this.#write('warn', details, message)
  }

  error(details: object, message: string): void {
    this.#write('error', details, message)
  }

  /** Tells of all lines that were left out so far. */
  tellLeftOut(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    for (const { level, message, code, count, byConnection } of this.#leftOut.values()) {
      const [connection, times] = [...byConnection].reduce(
        (most, next) => (next[1] > most[1] ? next : most),
        [undefined, 0] as readonly [number | undefined, number],
      )
      const most =
        connection === undefined ? {} : { connection, ofThis: times, connections: byConnection.size }
      this.#log[level]({ code, leftOut: count, ...most }, message)
    }
    this.#leftOut.clear()
  }

  #write(level: Level, details: object & Details, message: string): void {
    const { connection, code } = details
    const kind = code === undefined ? message : `${message} ${code}`
    let bucket = this.#buckets.get(kind)
    if (bucket === undefined) {
      bucket = new RateBucket(code === undefined ? LINE_RATE : REFUSAL_RATE, this.#now)
      this.#buckets.set(kind, bucket)
    }
    if (bucket.takeToken() === 0) {
      this.#log[level](details, message)
      return
    }
    let left = this.#leftOut.get(kind)
    if (left === undefined) {
      left = { level, message, code, count: 0, byConnection: new Map() }
      this.#leftOut.set(kind, left)
      this.#telling ??= setTimeout(() => this.tellLeftOut(), TELL_MS).unref()
    }
    left.count++
    if (connection === undefined) return
    const times = left.byConnection.get(connection)
    if (times !== undefined || left.byConnection.size < COUNTED_CONNECTIONS)
      left.byConnection.set(connection, (times ?? 0) + 1)
  }
}
