import { createClient } from 'redis'
import type { CoreLog } from '../chat/core-log.ts'
import type { NodeId } from '../chat/room-owners.ts'
import type { FleetMetrics } from '../metrics/server-metrics.ts'
import type { NodeWire } from './node-wire.ts'

/** Waits between tries to connect, in milliseconds: the first, and the longest. */
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1_000
/** How long Redis may take to accept a connection. */
const CONNECT_MS = 2_000
/** A connection that says nothing for so long is dead: it is asked for a sign once a second. */
const SILENCE_MS = 4_000
const PING_MS = 1_000
/**
 * Redis that answers nothing for so long can't be reached. A connection on which envelopes still go
 * out does not count as silent by itself: nobody tells whether they arrive.
 */
const ANSWER_MS = 3_000
/** Bytes on their way to Redis. More are lost, and the other nodes find out. */
const WAITING_BYTES = 64 * 1024 * 1024

interface RedisWireOptions {
  readonly url: string
  /** Two fleets with different prefixes can use one Redis. */
  readonly prefix: string
  readonly node: NodeId
  readonly log: CoreLog
  readonly metrics: FleetMetrics
}

/**
 * `NodeWire` over Redis. Each node has a channel of its own, so what one node sends to another
 * arrives in its order whatever it is. Nothing is kept in Redis.
 */
export class RedisWire implements NodeWire {
  readonly #prefix: string
  readonly #node: NodeId
  readonly #log: CoreLog
  readonly #metrics: FleetMetrics
  readonly #publisher: ReturnType<typeof openClient>
  readonly #subscriber: ReturnType<typeof openClient>
  #waiting = 0
  #waitingBytes = 0
  /** When Redis last answered, or was first asked after that. */
  #answeredAt = 0
  #isAway = false
  #isClosed = false

  constructor({ url, prefix, node, log, metrics }: RedisWireOptions) {
    this.#prefix = prefix
    this.#node = node
    this.#log = log
    this.#metrics = metrics
    this.#publisher = openClient(url)
    this.#subscriber = openClient(url)
    for (const client of [this.#publisher, this.#subscriber]) {
      client.on('error', (error: unknown) => this.#noteTrouble(error))
      client.on('ready', () => this.#noteReady())
    }
  }

  get isUp(): boolean {
    const isSilent = this.#waiting > 0 && performance.now() - this.#answeredAt > ANSWER_MS
    return this.#publisher.isReady && this.#subscriber.isReady && !isSilent
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  openInbox(receive: (envelope: Buffer) => void): void {
    // Each tries until Redis answers, or until `closeWire`.
    const connecting = Promise.all([this.#publisher.connect(), this.#subscriber.connect()])
    // After a new connection, the client subscribes again by itself.
    const subscribe = () => this.#subscriber.subscribe(this.#channelOf(this.#node), receive, true)
    connecting.then(subscribe).catch((error: unknown) => this.#noteTrouble(error))
  }

  sendEnvelope(to: NodeId, envelope: Buffer): void {
    if (!this.isUp || this.#waitingBytes + envelope.length > WAITING_BYTES) {
      this.#metrics.redisErrors.inc()
      return
    }
    const sentAt = performance.now()
    if (this.#waiting++ === 0) this.#answeredAt = sentAt
    this.#waitingBytes += envelope.length
    const gone = () => {
      this.#waiting--
      this.#waitingBytes -= envelope.length
      this.#answeredAt = performance.now()
      this.#metrics.redisSeconds.observe((this.#answeredAt - sentAt) / 1_000)
    }
    this.#publisher.publish(this.#channelOf(to), envelope).then(gone, () => {
      gone()
      this.#metrics.redisErrors.inc()
    })
  }

  async closeWire(): Promise<void> {
    this.#isClosed = true
    for (const client of [this.#subscriber, this.#publisher]) {
      if (client.isReady) await client.close().catch(() => {})
      else if (client.isOpen) client.destroy()
    }
  }

  #channelOf(node: NodeId): string {
    return `${this.#prefix}node:${node}`
  }

  #noteTrouble(error: unknown): void {
    this.#metrics.redisErrors.inc()
    if (this.#isAway || this.#isClosed) return
    this.#isAway = true
    const reason = error instanceof Error ? error.message : String(error)
    this.#log.warn({ reason }, "Redis can't be reached: rooms of other nodes are not available")
  }

  #noteReady(): void {
    if (!this.#isAway || !this.isUp) return
    this.#isAway = false
    this.#log.info({}, 'Redis can be reached again')
  }
}

const openClient = (url: string) =>
  createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    maintNotifications: 'disabled',
    // By default each command makes an AbortSignal, which fires long after it was answered: a third
    // of what a PUBLISH costs. `isUp` finds out that Redis does not answer.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: retries => Math.min(FIRST_RETRY_MS * 2 ** retries, LONGEST_RETRY_MS),
    },
  })
