import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { pipeline } from 'node:stream'
import { createServer, type TLSSocket } from 'node:tls'
import { CERTIFICATE_KEY, CERTIFICATES } from './certificates.ts'

/** A proxy that decrypts for a server, as one stands before it in the open. */
export interface TlsProxy extends AsyncDisposable {
  /** `wss://`. */
  readonly url: string
  /** Connections from now on get this certificate. */
  showCertificate(name: keyof typeof CERTIFICATES): void
  /** Cuts off everybody who is connected. */
  cutConnections(): void
}

/** Starts a proxy in front of the server at `url`. */
export async function startTlsProxy(url: string, certificate: keyof typeof CERTIFICATES): Promise<TlsProxy> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<TLSSocket>()
  const cutConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
  const proxy = createServer({ key: CERTIFICATE_KEY, cert: CERTIFICATES[certificate] }, socket => {
    sockets.add(socket)
    const inner = connect(Number(port), hostname)
    pipeline(socket, inner, socket, () => sockets.delete(socket))
  })
  // A client that refuses the certificate ends the handshake.
  proxy.on('tlsClientError', () => undefined)
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address() as AddressInfo // a listening TCP server has one
  return {
    url: `wss://127.0.0.1:${address.port}`,
    showCertificate: name => proxy.setSecureContext({ key: CERTIFICATE_KEY, cert: CERTIFICATES[name] }),
    cutConnections,
    async [Symbol.asyncDispose]() {
      cutConnections()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
