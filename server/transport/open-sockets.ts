import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { PerAddressCount } from './per-address-count.ts'
import { subnetOf } from './remote-address.ts'

/** How many sockets may be open at once. */
export interface SocketLimits {
  /** All of them, whatever they are used for. */
  readonly total: number
  /** Those of one address. */
  readonly perAddress: number
  /** Plain ones of one address: HTTP requests, and connections that have sent nothing. */
  readonly plainPerAddress: number
}

/** Descriptors that the server needs beside its sockets: files, the store, the log. */
const RESERVED_DESCRIPTORS = 160
const PLAIN_PER_ADDRESS = 256
/** Above this share of all sockets an address would keep everybody else out. */
const LARGEST_SHARE = 0.5

/** The limits that a process with so many descriptors can keep. */
export function socketLimits(
  settings: { readonly maxConnections: number; readonly connectionsPerAddress: number },
  descriptors: number,
): SocketLimits {
  const plainTotal = PLAIN_PER_ADDRESS * 4
  const total = Math.max(
    16,
    Math.min(settings.maxConnections + plainTotal, descriptors - RESERVED_DESCRIPTORS),
  )
  const share = Math.ceil(total * LARGEST_SHARE)
  const plainPerAddress = Math.min(PLAIN_PER_ADDRESS, share)
  return {
    total,
    // A WebSocket above its own limit still gets an answer in words.
    perAddress: Math.min(settings.connectionsPerAddress + plainPerAddress, share),
    plainPerAddress,
  }
}

/** Files and sockets that this process may have open; infinite where the system does not say so. */
export function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/**
 * Counts sockets from the moment they are accepted, and cuts off those above the limits before a
 * byte of them is read (PROTOCOL.md L3).
 *
 * Behind trusted proxies all sockets come from the same few addresses, so only the total counts;
 * `WebSocketListener` then counts by the address that the proxy names.
 */
export function limitSockets(http: Server, limits: SocketLimits, trustedProxies: number): void {
  const sockets = new PerAddressCount()
  const plain = new PerAddressCount()
  /** For each plain socket, what takes it out of the count. */
  const plainSockets = new Map<string, () => void>()
  http.on('connection', (socket: Socket) => {
    const address = subnetOf(socket.remoteAddress ?? 'unknown')
    const isTooMany =
      sockets.total >= limits.total ||
      (trustedProxies === 0 &&
        (sockets.countOf(address) >= limits.perAddress || plain.countOf(address) >= limits.plainPerAddress))
    if (isTooMany) {
      socket.destroy()
      return
    }
    sockets.addCount(address, 1)
    plain.addCount(address, 1)
    const peer = peerOf(socket)
    const noLongerPlain = () => {
      if (plainSockets.get(peer) !== noLongerPlain) return
      plainSockets.delete(peer)
      plain.addCount(address, -1)
    }
    plainSockets.get(peer)?.()
    plainSockets.set(peer, noLongerPlain)
    socket.once('close', () => {
      sockets.addCount(address, -1)
      noLongerPlain()
    })
  })
  http.prependListener('upgrade', (_request: IncomingMessage, socket: Socket) =>
    plainSockets.get(peerOf(socket))?.(),
  )
}

/** With TLS, the socket of an upgrade is another object than the one that was accepted. */
const peerOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
