import type { CoreLog } from '../chat/core-log.ts'
import type { NodeId } from '../chat/room-owners.ts'
import type { FleetMetrics } from '../metrics/server-metrics.ts'
import type { NodeWire } from './node-wire.ts'
import type { RedisAddress } from './redis-address.ts'
import { type RedisConnections, redisConnectionsTo } from './redis-connections.ts'

/**
 * Redis that answers nothing for so long can't be reached. A connection on which envelopes still go
 * out does not count as silent by itself: nobody tells whether they arrive.
 */
const ANSWER_MS = 3_000
/** Bytes on their way to Redis. More are lost, and the other nodes find out. */
const WAITING_BYTES = 64 * 1024 * 1024

interface RedisWireOptions {
  readonly address: RedisAddress
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
  readonly #connections: RedisConnections
  #waiting = 0
  #waitingBytes = 0
  /** When Redis last answered, or was first asked after that. */
  #answeredAt = 0
  #isAway = false
  #isClosed = false

  constructor({ address, prefix, node, log, metrics }: RedisWireOptions) {
    this.#prefix = prefix
    this.#node = node
    this.#log = log
    this.#metrics = metrics
    this.#connections = redisConnectionsTo(address, {
      onTrouble: error => this.#noteTrouble(error),
      onReady: () => this.#noteReady(),
    })
  }

  get isUp(): boolean {
    const isSilent = this.#waiting > 0 && performance.now() - this.#answeredAt > ANSWER_MS
    return this.#connections.isReady && !isSilent
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  openInbox(receive: (envelope: Buffer) => void): void {
    const opened = this.#connections.open(this.#channelOf(this.#node), receive)
    opened.catch((error: unknown) => this.#noteTrouble(error))
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
    this.#connections.publish(this.#channelOf(to), envelope).then(gone, () => {
      gone()
      this.#metrics.redisErrors.inc()
    })
  }

  async closeWire(): Promise<void> {
    this.#isClosed = true
    await this.#connections.close()
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
