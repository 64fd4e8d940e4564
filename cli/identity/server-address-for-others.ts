import { once } from 'node:events'
import { connect } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { urlOfServer } from './server-address.ts'

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/
/** Networks inside this machine. Nobody else can reach it through them. */
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet)/
/** An own address answers or refuses at once, unless this program is busy starting. */
const REACH_MS = 1_000

/** This machine's networks, and a way to find out which of its addresses a server listens on. */
interface OwnNetwork {
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>
  canReach(host: string, port: number): Promise<boolean>
}

export const ownNetworkAddresses = (): OwnNetwork => ({
  interfaces: networkInterfaces(),
  canReach: isListening,
})

/**
 * A server's addresses as others on the network reach it, IPv4 first, since `localhost` is a
 * different machine for each of them. A server that only this machine can reach keeps its address.
 */
export async function serverAddressesForOthers(
  server: string,
  { interfaces, canReach }: OwnNetwork = ownNetworkAddresses(),
): Promise<readonly [string, ...string[]]> {
  const { protocol, hostname, port } = urlOfServer(server).url
  // A certificate for localhost is not valid for another name.
  if (protocol !== 'ws:' || !LOOPBACK.test(hostname)) return [server]
  const addresses = reachableAddresses(interfaces)
  const listening = await Promise.all(addresses.map(({ address }) => canReach(address, Number(port || 80))))
  const [first, ...rest] = addresses.filter((_, index) => listening[index]).map(serverAt(server))
  return first === undefined ? [server] : [first, ...rest]
}

/**
 * The addresses of this machine, IPv4 first, as a server on this port would have them if it
 * listened there. Addresses that only this machine or its containers can reach are left out.
 */
export const addressesForOthers = (
  server: string,
  interfaces: OwnNetwork['interfaces'] = networkInterfaces(),
): readonly string[] => reachableAddresses(interfaces).map(serverAt(server))

function reachableAddresses(interfaces: OwnNetwork['interfaces']): readonly NetworkInterfaceInfo[] {
  const reachable = Object.entries(interfaces)
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, addresses = []]) => addresses)
    // A link-local address works only together with the name of an interface.
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  const ofFamily = (family: string) => reachable.filter(address => address.family === family)
  return [...ofFamily('IPv4'), ...ofFamily('IPv6')]
}

/** The same server, with its port and path, at another address. */
function serverAt(server: string): (address: NetworkInterfaceInfo) => string {
  const { port, pathname } = urlOfServer(server).url
  const end = (port === '' ? '' : `:${port}`) + pathname.replace(/\/$/, '')
  return ({ family, address }) => `ws://${family === 'IPv6' ? `[${address}]` : address}${end}`
}

async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(REACH_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
