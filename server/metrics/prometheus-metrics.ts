import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { FleetMetrics, ServerMetrics } from './server-metrics.ts'

/** From a fast disk to a client that is about to give up, in seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/**
 * What a server counts, as Prometheus asks for it: totals only grow, times are in seconds and sizes
 * in bytes.
 */
export class PrometheusMetrics implements ServerMetrics {
  readonly #registry = new Registry()

  readonly requests = this.#counter('requests_total', 'Frames that clients sent on WebSockets.')
  readonly receivedBytes = this.#counter('received_bytes_total', 'Bytes in frames that clients sent.')
  readonly posts = this.#counter('posts_total', 'Messages that were stored and acked, resent ones too.')
  readonly ackSeconds = this.#histogram('ack_seconds', 'From the arrival of a message to its ack.')
  readonly deliveries = this.#counter(
    'deliveries_total',
    "Times a client was handed what happened in its rooms or in the lobby. A turn's events count once.",
  )
  readonly sentBytes = this.#counter('sent_bytes_total', 'Bytes in frames that were written to clients.')
  readonly refusals = this.#counter('refusals_total', 'Refused requests, by the code of the error.', 'code')
  readonly refusedConnections = this.#counter(
    'refused_connections_total',
    'WebSockets that were not opened, by HTTP status.',
    'status',
  )
  readonly closings = this.#counter(
    'closed_connections_total',
    'Connections that ended, by the reason that this server gave; `client` for the others.',
    'reason',
  )
  readonly uploads = this.#counter('uploads_total', 'GIFs that were kept.')
  readonly uploadedBytes = this.#counter('uploaded_bytes_total', 'Bytes of GIFs that were kept.')
  readonly downloads = this.#counter('downloads_total', 'GIFs that were sent.')
  readonly storeSeconds = this.#histogram(
    'store_seconds',
    'How long the store took, by operation.',
    'operation',
  )
  readonly storeErrors = this.#counter(
    'store_errors_total',
    'Failures of the store, by operation.',
    'operation',
  )

  /** Adds what one of several servers counts. */
  countFleet(): FleetMetrics {
    return {
      redisSeconds: this.#histogram('redis_seconds', 'How long Redis took to take an envelope.'),
      redisErrors: this.#counter(
        'redis_errors_total',
        'Troubles with Redis, and envelopes that it did not take.',
      ),
      linkLosses: this.#counter(
        'link_losses_total',
        'Times something from another server was lost, or all of it.',
      ),
      takeovers: this.#counter(
        'takeovers_total',
        'Rooms that came here from another server: in a hand-over, or after its death.',
        'how',
      ),
      lostEpochs: this.#counter('lost_epochs_total', 'Rooms that another server took first.'),
    }
  }

  /** `read` is called when somebody asks for the metrics. */
  watchGauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `gifchat_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
  }

  /** Adds what Node.js knows of the process: event-loop delay, CPU, memory, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  /** All metrics in the text format of Prometheus, and its media type. */
  async writeText(): Promise<{ readonly text: string; readonly type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType }
  }

  #counter<Label extends string = never>(name: string, help: string, ...labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `gifchat_${name}`, help, labelNames, registers: [this.#registry] })
  }

  #histogram<Label extends string = never>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Histogram<Label> {
    return new Histogram({
      name: `gifchat_${name}`,
      help,
      labelNames,
      buckets: SECONDS,
      registers: [this.#registry],
    })
  }
}
