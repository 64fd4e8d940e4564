import { createServer, type Server } from 'node:http'
import type { PrometheusMetrics } from './prometheus-metrics.ts'

/** A scrape takes one connection. More than these are somebody else's. */
const MAX_CONNECTIONS = 16

/** Listens for `GET /metrics`. Rejects when the port can't be had. */
export function openMetricsPort(
  { host, port }: { readonly host: string; readonly port: number },
  metrics: PrometheusMetrics,
): Promise<Server> {
  const http = createServer(async ({ method, url }, response) => {
    if (url !== '/metrics' || (method !== 'GET' && method !== 'HEAD')) {
      response.writeHead(404).end()
      return
    }
    const { text, type } = await metrics.writeText()
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text)
  })
  http.maxConnections = MAX_CONNECTIONS
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen({ host, port }, () => {
      http.off('error', reject)
      resolve(http)
    })
  })
}
