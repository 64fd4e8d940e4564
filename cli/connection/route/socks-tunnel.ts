import { lookup } from 'node:dns/promises'
import { SocksClient } from 'socks'
import type { Tunnel } from './tunnel.ts'

const DEFAULT_SOCKS_PORT = 1080

/**
 * Goes through a SOCKS proxy, as curl does: `socks4` and `socks5` look the server's name up here,
 * `socks4a`, `socks5h` and `socks` leave that to the proxy.
 */
export function socksTunnel(proxy: URL, host: string, port: number, timeout: number): Tunnel {
  const { protocol, hostname, username, password } = proxy
  const isFour = protocol.startsWith('socks4')
  const isLookedUpHere = protocol === 'socks4:' || protocol === 'socks5:'
  return async () => {
    const destination = isLookedUpHere ? (await lookup(host, isFour ? 4 : 0)).address : host
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      timeout,
      destination: { host: destination, port },
      proxy: {
        host: hostname.replace(/^\[|\]$/g, ''),
        port: Number(proxy.port) || DEFAULT_SOCKS_PORT,
        type: isFour ? 4 : 5,
        ...(username !== '' && { userId: decodeURIComponent(username) }),
        ...(password !== '' && { password: decodeURIComponent(password) }),
      },
    })
    return socket
  }
}
