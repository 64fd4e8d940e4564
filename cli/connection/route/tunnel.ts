import { Agent, type ClientRequestArgs } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import type { buildConnector, Client } from 'undici'

/** Opens a connection to the server, without TLS. Nobody waits for it once `abandoned` aborts. */
export type Tunnel = (abandoned?: AbortSignal) => Promise<Socket>

type Created = (error: Error | null, stream?: Duplex) => void

/** Connects a WebSocket through a tunnel. */
export class TunnelAgent extends Agent {
  readonly #tunnel: Tunnel
  readonly #isSecure: boolean
  readonly #abandoned: AbortSignal

  constructor(tunnel: Tunnel, isSecure: boolean, abandoned: AbortSignal) {
    super()
    // Node compares this with what was asked for, and its types do not know it.
    if (isSecure) Object.assign(this, { protocol: 'https:', defaultPort: 443 })
    this.#tunnel = tunnel
    this.#isSecure = isSecure
    this.#abandoned = abandoned
  }

  override createConnection(options: ClientRequestArgs & ConnectionOptions, created: Created): undefined {
    this.#tunnel(this.#abandoned).then(
      // What was in `path` is the request's, and TLS would take it for a socket in the file system.
      socket => created(null, this.#isSecure ? connectTls({ ...options, path: undefined, socket }) : socket),
      (error: Error) => created(error),
    )
  }
}

/** Connects GIF transfers through a tunnel. `connectSecurely` brings TLS into it. */
export const tunnelConnector =
  (tunnel: Tunnel, connectSecurely: buildConnector.connector): Client.Options['connect'] =>
  (options, callback) => {
    tunnel().then(
      socket => {
        socket.setNoDelay(true)
        if (options.protocol === 'https:') connectSecurely({ ...options, httpSocket: socket }, callback)
        else callback(null, socket)
      },
      (error: Error) => callback(error, null),
    )
  }
