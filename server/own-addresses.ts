import { networkInterfaces } from 'node:os'
import type { Config } from './config.ts'
import { namesInCertificate } from './transport/http-server.ts'

/** Where others find a server with this port; nowhere if it is for this machine alone. */
export function serverAddressesOnNetwork(config: Config, port: number): readonly string[] {
  const { tlsCert, path } = config
  const scheme = tlsCert === undefined ? 'ws' : 'wss'
  const hosts = tlsCert === undefined ? networkAddresses(config) : namesInCertificate(tlsCert)
  return hosts.map(host => `${scheme}://${host}:${port}${path}`)
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/

/** The addresses of this machine in its networks at which the server listens. */
function networkAddresses({ host }: Config): readonly string[] {
  if (host !== undefined && host !== '0.0.0.0' && host !== '::')
    return LOOPBACK.test(host) ? [] : [hostInAddress(host)]
  return (
    Object.values(networkInterfaces())
      .flatMap(entries => entries ?? [])
      // A link-local address works only together with the name of an interface over there.
      .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
      .filter(({ family }) => family === 'IPv4' || host !== '0.0.0.0')
      .sort((one, other) => one.family.localeCompare(other.family))
      .map(({ address }) => hostInAddress(address))
  )
}

/** A host as it stands in an address: IPv6 in brackets. */
export const hostInAddress = (host: string): string => (host.includes(':') ? `[${host}]` : host)
