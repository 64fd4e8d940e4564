import type { Server } from 'node:http'
import type { Config } from './config.ts'
import { openMetricsPort } from './metrics/metrics-port.ts'
import type { PrometheusMetrics } from './metrics/prometheus-metrics.ts'
import type { FleetUse } from './metrics/server-metrics.ts'
import type { OpenRooms } from './open-rooms.ts'
import type { WebSocketListener } from './transport/websocket-listener.ts'

/** What counts this server's work, or `undefined` if there is no port to ask for it. */
export async function createMetrics({ metricsPort }: Config): Promise<PrometheusMetrics | undefined> {
  if (metricsPort === undefined) return undefined
  // Without a port, nobody waits for its code to be loaded.
  const { PrometheusMetrics } = await import('./metrics/prometheus-metrics.ts')
  const metrics = new PrometheusMetrics()
  metrics.watchProcess()
  return metrics
}

/**
 * Lets Prometheus ask for the metrics, on a port of their own. Rejects when that can't be had.
 */
export async function openMetrics(
  { metricsHost: host, metricsPort: port }: Config,
  metrics: PrometheusMetrics | undefined,
  {
    rooms: { registry: rooms, fleetUse },
    listener,
  }: { readonly rooms: OpenRooms; readonly listener: WebSocketListener },
): Promise<Server | undefined> {
  if (port === undefined || metrics === undefined) return undefined
  metrics.watchGauge('connections', 'WebSockets that are open.', () => listener.connections.size)
  metrics.watchGauge('rooms', 'Rooms that this server owns.', () => rooms.ownRooms.size)
  metrics.watchGauge('members', 'Seats that are taken, in all rooms.', () => rooms.countPeople())
  metrics.watchGauge('waiting_posts', 'Messages that wait to be stored.', () =>
    [...rooms.ownRooms.values()].reduce((sum, { history }) => sum + history.waitingPosts, 0),
  )
  if (fleetUse !== undefined) watchFleet(metrics, fleetUse)
  return openMetricsPort({ host, port }, metrics)
}

function watchFleet(metrics: PrometheusMetrics, use: () => FleetUse): void {
  metrics.watchGauge('nodes', 'Servers that live, as this one knows it.', () => use().nodes)
  metrics.watchGauge(
    'remote_rooms',
    'Rooms of other servers in which its people are.',
    () => use().remoteRooms,
  )
  metrics.watchGauge('redis_up', '1 while Redis can be reached, else 0.', () => Number(use().isWireUp))
  metrics.watchGauge('redis_waiting_bytes', 'Bytes on their way to Redis.', () => use().wireBytes)
  metrics.watchGauge(
    'waiting_requests',
    'Requests to other servers that are not answered yet.',
    () => use().waitingRequests,
  )
}
