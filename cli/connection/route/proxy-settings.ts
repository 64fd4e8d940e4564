import { BlockList, isIP } from 'node:net'
import { urlOfServer } from '../../identity/server-address.ts'

/** A proxy on the way to a server, and the variable of the environment that names it. */
export interface RouteProxy {
  readonly url: URL
  readonly variable: string
}

/** A variable names no proxy. Its value may hold a password, so it is not told. */
export class ProxySettingError extends Error {
  override readonly name = 'ProxySettingError'
  readonly variable: string

  constructor(variable: string) {
    super(`${variable} names no proxy`)
    this.variable = variable
  }
}

type Environment = Readonly<Record<string, string | undefined>>

const PROXY_PROTOCOLS = ['http:', 'https:', 'socks:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:']
const THIS_MACHINE = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * The proxy that the environment names for a server, as curl reads it: `HTTPS_PROXY` for `wss`,
 * `HTTP_PROXY` for `ws`, else `ALL_PROXY`, in small letters first, and none for what `NO_PROXY`
 * names. This machine and its own links are always reached directly. Throws `ProxySettingError`.
 */
export function routeProxyTo(server: string, env: Environment): RouteProxy | undefined {
  const { url, zone } = urlOfServer(server)
  if (zone !== undefined || THIS_MACHINE.test(url.hostname) || isExempt(url, env)) return undefined
  const own = url.protocol === 'wss:' ? 'https_proxy' : 'http_proxy'
  for (const name of [own, own.toUpperCase(), 'all_proxy', 'ALL_PROXY']) {
    const value = env[name]?.trim()
    if (value) return { url: proxyUrl(value, name), variable: name }
  }
  return undefined
}

/** A proxy as it may be shown: without name and password. */
export const shownRouteProxy = ({ url }: RouteProxy): string => `${url.protocol}//${url.host}`

function proxyUrl(value: string, variable: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`)
  if (url === null || url.hostname === '' || !PROXY_PROTOCOLS.includes(url.protocol))
    throw new ProxySettingError(variable)
  return url
}

function isExempt({ hostname, protocol, port }: URL, env: Environment): boolean {
  const exempt = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter(Boolean)
  const host = hostname.replace(/^\[|\]$/g, '')
  const serverPort = port || (protocol === 'wss:' ? '443' : '80')
  return exempt.some(entry => {
    if (entry === '*') return true
    if (entry.includes('/')) return isInNetwork(host, entry)
    const [, bracketed, plain, entryPort = serverPort] =
      /^(?:\[([^\]]+)\]|((?:[^:]|:(?=.*:))+))(?::(\d+))?$/.exec(entry) ?? []
    const name = (isIP(entry) === 6 ? entry : (bracketed ?? plain ?? entry)).toLowerCase()
    const isNamed = isIP(host) === 0 ? isUnder(host, name) : host === name
    return isNamed && (isIP(entry) === 6 || entryPort === serverPort)
  })
}

/** `example.com` and `.example.com` stand for that host and for those below it. */
function isUnder(host: string, name: string): boolean {
  const domain = name.replace(/^\*?\./, '')
  return host === domain || host.endsWith(`.${domain}`)
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', length] = network.split('/')
  const family = isIP(host)
  if (family === 0 || family !== isIP(address)) return false
  const type = family === 6 ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  try {
    list.addSubnet(address, Number(length), type)
  } catch {
    return false
  }
  return list.check(host, type)
}
