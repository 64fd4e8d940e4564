import type { Agent } from 'node:http'
import type { Dispatcher } from 'undici'
import { urlOfServer } from '../../identity/server-address.ts'
import { firstToConnect } from './first-to-connect.ts'
import { type RouteProxy, routeProxyTo } from './proxy-settings.ts'
import { type Tunnel, TunnelAgent, tunnelConnector } from './tunnel.ts'

/** How long a proxy may take to let us through, in milliseconds. */
const PROXY_MS = 10_000

interface TransferTimes {
  readonly headersTimeout: number
  readonly bodyTimeout: number
}

/** The way to a server, for its WebSocket and for GIFs. */
export interface ServerRoute {
  /** The proxy on the way, if there is one. */
  readonly proxy: RouteProxy | undefined
  /** Connects WebSockets. */
  readonly agent: Agent
  /** Connects HTTP requests. The library is loaded at the first one; most commands need none. */
  openDispatcher(times: TransferTimes): Promise<Dispatcher>
  /** Gives up what is being connected, when nobody waits for it any more. */
  abandon(): void
}

/**
 * The way that the environment names. Libraries for proxies are loaded only where there is one.
 * Rejects with `ProxySettingError`.
 */
export async function openServerRoute(
  server: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ServerRoute> {
  const proxy = routeProxyTo(server, env)
  if (proxy === undefined) return directRoute(server)
  if (proxy.url.protocol.startsWith('socks')) {
    const { socksTunnel } = await import('./socks-tunnel.ts')
    return routeThrough(server, socksTunnel(proxy.url, ...placeOf(server), PROXY_MS), proxy)
  }
  const { HttpsProxyAgent } = await import('https-proxy-agent')
  return {
    proxy,
    agent: new HttpsProxyAgent(proxy.url, { autoSelectFamilyAttemptTimeout: PROXY_MS / 4 }),
    abandon: () => undefined,
    async openDispatcher(times) {
      const { ProxyAgent } = await import('undici')
      return new ProxyAgent({ uri: proxy.url.href, proxyTunnel: true, ...times })
    },
  }
}

/** The way without a proxy. */
export const directRoute = (server: string): ServerRoute =>
  routeThrough(server, abandoned => firstToConnect(...placeOf(server), { abandoned }), undefined)

function routeThrough(server: string, tunnel: Tunnel, proxy: RouteProxy | undefined): ServerRoute {
  const abandoned = new AbortController()
  return {
    proxy,
    agent: new TunnelAgent(tunnel, server.startsWith('wss:'), abandoned.signal),
    abandon: () => abandoned.abort(),
    async openDispatcher(times) {
      const { Agent: HttpAgent, buildConnector } = await import('undici')
      return new HttpAgent({ connect: tunnelConnector(tunnel, buildConnector({})), ...times })
    },
  }
}

/** The host and the port of a server, as a socket takes them. */
function placeOf(server: string): readonly [string, number] {
  const { url, zone } = urlOfServer(server)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? (url.protocol === 'wss:' ? 443 : 80) : Number(url.port)
  return [zone === undefined ? host : `${host}%${zone}`, port]
}
