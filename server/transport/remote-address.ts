import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * The address that limits count. Without proxies it is the socket's. Behind `trustedProxies`
 * proxies it is the entry of X-Forwarded-For that the outermost of them wrote. Entries that a
 * client wrote itself are never trusted (RFC 7239 §8.1).
 */
export function remoteAddressOf(request: IncomingMessage, trustedProxies: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown'
  if (trustedProxies === 0) return subnetOf(peer)
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const entry = withoutPort(forwarded.at(-trustedProxies)?.trim() ?? '')
  return subnetOf(isIP(entry) === 0 ? peer : entry)
}

/** Some proxies write `192.0.2.1:50000` and `[2001:db8::1]:50000`, or the brackets alone. */
function withoutPort(entry: string): string {
  const [, version6, version4] =
    /^\[([0-9a-f:.%\w]+)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$/i.exec(entry) ?? []
  return version6 ?? version4 ?? entry
}

/** An IPv6 host can choose from 2^64 addresses, so limits count its /64. */
export function subnetOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const groups = head.split(':').filter(Boolean)
  const tailGroups = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : 8 - groups.length - tailGroups.length
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...tailGroups]
  return `${all
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
