import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * The address that limits count: the socket's, unless the operator said that `trustedProxies` proxies stand before
 * this server; then the entry that the outermost of them wrote into X-Forwarded-For. What a client writes there
 * itself is never believed (RFC 7239 §8.1).
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown'
  if (trustedProxies === 0) return subnetOf(peer)
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const entry = forwarded.at(-trustedProxies)?.trim() ?? ''
  return subnetOf(isIP(entry) === 0 ? peer : entry)
}

/** An IPv6 host has 2^64 addresses to choose from, so its /64 is what counts. */
function subnetOf(address: string): string {
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
