import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'

/** How long one address is tried alone, before the next one is tried beside it (RFC 8305). */
const ALONE_MS = 250
/** How long all addresses together are tried, in milliseconds. */
const CONNECT_MS = 10_000

/** The system's part, which a test may hold still. */
interface Network {
  addressesOf(host: string): Promise<readonly string[]>
  open(address: string, port: number): Socket
}

const system: Network = {
  async addressesOf(host) {
    if (isIP(host) !== 0) return [host]
    // Some machines know one of the two alone by this name, and a server may listen at the other.
    if (host === 'localhost') return ['127.0.0.1', '::1']
    return (await lookup(host, { all: true })).map(({ address }) => address)
  },
  open: (address, port) => connect({ host: address, port }),
}

/**
 * Connects to a host at the first of its addresses that answers. All are tried side by side, each a
 * moment later than the one before. Node tries one after the other and gives each up after 250 ms,
 * so that it never reaches a host that takes longer. Rejects with the error of the first address,
 * or as soon as `abandoned` aborts.
 */
export async function firstToConnect(
  host: string,
  port: number,
  options: { readonly network?: Network; readonly abandoned?: AbortSignal | undefined } = {},
): Promise<Socket> {
  const { network = system, abandoned } = options
  const addresses = await network.addressesOf(host)
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const trying = new Set<Socket>()
  let begun = 0
  let firstError: Error | undefined
  let alone: NodeJS.Timeout | undefined
  const giveUp = () => reject(timedOut(host))
  const tooLong = setTimeout(giveUp, CONNECT_MS)
  abandoned?.addEventListener('abort', giveUp)

  const tryNext = () => {
    clearTimeout(alone)
    const address = addresses[begun]
    if (address === undefined) {
      if (trying.size === 0) reject(firstError ?? timedOut(host))
      return
    }
    begun += 1
    const socket = network.open(address, port)
    trying.add(socket)
    socket.once('connect', () => {
      trying.delete(socket)
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', error => {
      trying.delete(socket)
      firstError ??= error
      tryNext()
    })
    if (begun < addresses.length) alone = setTimeout(tryNext, ALONE_MS)
  }
  tryNext()

  try {
    return await promise
  } finally {
    clearTimeout(alone)
    clearTimeout(tooLong)
    abandoned?.removeEventListener('abort', giveUp)
    for (const socket of trying) {
      socket.removeAllListeners()
      socket.on('error', () => undefined).destroy()
    }
  }
}

const timedOut = (host: string): Error =>
  Object.assign(new Error(`no address of ${host} answers`), { code: 'ETIMEDOUT' })
