import type { Server } from 'node:http'
import type { ChatStore } from './chat/chat-store.ts'
import type { RoomRegistry } from './chat/room-registry.ts'
import type { Config } from './config.ts'
import { openMetricsPort } from './metrics/metrics-port.ts'
import type { PrometheusMetrics } from './metrics/prometheus-metrics.ts'
import { measureStore } from './store/measured-store.ts'
import type { WebSocketListener } from './transport/websocket-listener.ts'

/** What counts this server's work, or `undefined` if there is no port to ask for it. */
export async function createMetrics(
  { metricsPort }: Config,
  store: ChatStore,
): Promise<PrometheusMetrics | undefined> {
  if (metricsPort === undefined) return undefined
  // Without a port, nobody waits for its code to be loaded.
  const { PrometheusMetrics } = await import('./metrics/prometheus-metrics.ts')
  const metrics = new PrometheusMetrics()
  metrics.watchProcess()
  measureStore(store, metrics)
  return metrics
}

/**
 * Lets Prometheus ask for the metrics, on a port of their own. Rejects when that can't be had.
 */
export async function openMetrics(
  { metricsHost: host, metricsPort: port }: Config,
  metrics: PrometheusMetrics | undefined,
  { rooms, listener }: { readonly rooms: RoomRegistry; readonly listener: WebSocketListener },
): Promise<Server | undefined> {
  if (port === undefined || metrics === undefined) return undefined
  metrics.watchGauge('connections', 'WebSockets that are open.', () => listener.connections.size)
  metrics.watchGauge('rooms', 'Rooms that this server owns.', () => rooms.ownRooms.size)
  metrics.watchGauge('members', 'Seats that are taken, in all rooms.', () => rooms.countPeople())
  return openMetricsPort({ host, port }, metrics)
}
