import { once } from 'node:events'
import { connect } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/
/** Networks inside this machine. Nobody else can reach it through them. */
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet)/
const REACH_MS = 200

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
 * A server's address as others on the network reach it, since `localhost` is a different machine
 * for each of them. A server that only this machine can reach keeps its address.
 */
export async function serverAddressForOthers(
  server: string,
  { interfaces, canReach }: OwnNetwork = ownNetworkAddresses(),
): Promise<string> {
  const { protocol, hostname, port } = new URL(server)
  // A certificate for localhost is not valid for another name.
  if (protocol !== 'ws:' || !LOOPBACK.test(hostname)) return server
  for (const [name, addresses = []] of Object.entries(interfaces)) {
    if (VIRTUAL.test(name)) continue
    for (const { address, family, internal } of addresses) {
      if (internal || family !== 'IPv4' || !(await canReach(address, Number(port || 80)))) continue
      return `ws://${address}${port === '' ? '' : `:${port}`}`
    }
  }
  return server
}

/**
 * The addresses of this machine, IPv4 first, as a server on this port would have them if it
 * listened there. Addresses that only this machine or its containers can reach are left out.
 */
export function addressesForOthers(
  server: string,
  interfaces: OwnNetwork['interfaces'] = networkInterfaces(),
): readonly string[] {
  const { port } = new URL(server)
  const reachable = Object.entries(interfaces)
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, addresses = []]) => addresses)
    // A link-local address works only together with the name of an interface.
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  const urlOf = ({ family, address }: NetworkInterfaceInfo) =>
    `ws://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  const ofFamily = (family: string) => reachable.filter(address => address.family === family).map(urlOf)
  return [...ofFamily('IPv4'), ...ofFamily('IPv6')]
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
