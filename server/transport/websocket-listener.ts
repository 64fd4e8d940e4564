import type { IncomingMessage, Server } from 'node:http'
import { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { CloseReason } from '../../protocol/close-codes.ts'
import { SUBPROTOCOL } from '../../protocol/codec.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { SessionServices } from '../session/session-services.ts'
import { LoopTurns } from '../turns/loop-turns.ts'
import { SocketWriteTurn } from '../turns/socket-write-turn.ts'
import { ClientConnection, ConnectedWebSocket } from './client-connection.ts'
import type { ConnectionIds } from './connection-ids.ts'
import { Heartbeat } from './heartbeat.ts'
import { PerAddressCount } from './per-address-count.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { remoteAddressOf } from './remote-address.ts'
import { SlicedInput } from './sliced-input.ts'
import { UpgradeDelay } from './upgrade-delay.ts'
import { WaitingSocketBytes } from './waiting-socket-bytes.ts'

/** What the operator decides about connections. */
interface ConnectionSettings {
  readonly maxConnections: number
  readonly connectionsPerAddress: number
  /** Origins of web pages that may connect. Other programs send no Origin. */
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: number
  /** The path under which everything is, such as `/chat`; empty for none. */
  readonly path: string
  readonly heartbeatMs: number
  /** Bytes that may wait for one client. */
  readonly sendBufferBytes: number
  /** Bytes that may wait for the clients of one address, and for all clients. */
  readonly waitingBytesPerAddress: number
  readonly waitingBytes: number
  /** How long a client may read nothing while something waits for it, in milliseconds. */
  readonly slowConsumerMs: number
}

/**
 * Bounds on the fragments of one message and on input that waits. They stop floods of tiny
 * fragments and chunks (ws CVE-2026-48779).
 */
const MAX_FRAGMENTS = 64
const MAX_BUFFERED_CHUNKS = 4_096

/** How long a client may take to answer a close before its socket is cut, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000

const NOTHING = Buffer.alloc(0)

/** An HTTP status with its words, and a sentence. */
interface Refusal {
  readonly status: string
  readonly why: string
}
const CROWDED: Refusal = { status: '503 Service Unavailable', why: 'Too many connections: try again later.' }

const SERVER_OPTIONS = {
  noServer: true,
  WebSocket: ConnectedWebSocket,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: LIMITS.clientFrameBytes,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: MAX_BUFFERED_CHUNKS,
  closeTimeout: CLOSE_TIMEOUT_MS,
  handleProtocols: () => SUBPROTOCOL,
}

/** Takes WebSocket upgrades and makes each a `ClientConnection` (PROTOCOL.md §2). */
export class WebSocketListener {
  readonly #services: SessionServices
  readonly #settings: ConnectionSettings
  readonly #ids: ConnectionIds
  readonly #server = new WebSocketServer(SERVER_OPTIONS)
  readonly #heartbeat: Heartbeat
  readonly #inputTurns = new LoopTurns(() => performance.now())
  readonly #writeTurn = new SocketWriteTurn()
  readonly #waiting: WaitingSocketBytes
  readonly #connections = new Set<ClientConnection>()
  /** Sockets from their upgrade until they are closed. */
  readonly #perAddress = new PerAddressCount()
  readonly #inputs = new WeakMap<Socket, SlicedInput>()
  /** Each begins an upgrade that waits for `#upgradeDelay`. */
  readonly #delayed = new Set<() => void>()
  readonly #upgradeDelay = new UpgradeDelay(() => performance.now())
  #isClosing = false

  constructor(services: SessionServices, settings: ConnectionSettings, ids: ConnectionIds) {
    this.#ids = ids
    this.#services = services
    this.#settings = settings
    this.#heartbeat = new Heartbeat(settings.heartbeatMs, this.#connections)
    this.#waiting = new WaitingSocketBytes(
      {
        total: settings.waitingBytes,
        perAddress: settings.waitingBytesPerAddress,
        stallMs: settings.slowConsumerMs,
      },
      () => performance.now(),
    )
  }

  /**
   * Has what comes to an HTTP server taken in in turns, and takes its upgrades. Limits count for
   * all servers together.
   */
  takeUpgrades(http: Server): void {
    http.on(http instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      if (!socket.destroyed) this.#inputs.set(socket, new SlicedInput(socket, this.#inputTurns))
    })
    http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', destroySocket)
      const address = remoteAddressOf(request, this.#settings.trustedProxies)
      const refusal = this.#upgradeRefusal(request, address)
      // Hundreds of upgrades can come in one turn of the event loop.
      const inTurn = (handle: () => void) => () => this.#inputTurns.doInTurn(address, handle)
      if (refusal !== undefined) {
        inTurn(() => this.#refuseUpgrade(socket, refusal, address))()
        return
      }
      this.#countSocket(socket, address)
      this.#begin(
        inTurn(() => this.#handleUpgrade(request, socket, head, address)),
        this.#upgradeDelay.delayOf(address),
      )
    })
  }

  get connections(): ReadonlySet<ClientConnection> {
    return this.#connections
  }

  /** Takes no more connections. The open ones stay. */
  stopAccepting(): void {
    this.#isClosing = true
    for (const begin of this.#delayed) begin()
  }

  /** Closes every connection, and resolves when the last one is gone. */
  async closeConnections(reason: CloseReason): Promise<void> {
    this.stopAccepting()
    this.#heartbeat.stopHeartbeat()
    const gone = new Promise<void>(resolve => {
      const check = () => {
        if (this.#connections.size === 0) resolve()
      }
      this.#server.on('connectionGone', check)
      check()
    })
    for (const connection of this.#connections) connection.close(reason)
    await gone
  }

  /** A function of its own closes over nothing else that would live as long as the connection. */
  #countSocket(socket: Socket, address: string): void {
    this.#perAddress.addCount(address, 1)
    socket.once('close', () => this.#perAddress.addCount(address, -1))
  }

  /** Begins now, or after so many milliseconds unless the server ends before. */
  #begin(handle: () => void, delay: number): void {
    if (delay === 0) {
      handle()
      return
    }
    const begin = () => {
      clearTimeout(timer)
      this.#delayed.delete(begin)
      handle()
    }
    const timer = setTimeout(begin, delay)
    this.#delayed.add(begin)
  }

  #handleUpgrade(request: IncomingMessage, socket: Socket, head: Buffer, address: string): void {
    if (socket.destroyed) return
    if (this.#isClosing) {
      this.#refuseUpgrade(socket, CROWDED, address)
      return
    }
    // What came with the upgrade and behind it is taken in like everything that comes later.
    const early = Buffer.concat([head, socket.read() ?? NOTHING])
    this.#server.handleUpgrade(request, socket, NOTHING, webSocket => {
      this.#openConnection(webSocket, socket, address)
      // A socket that came before the server was ready has none yet.
      const input = this.#inputs.get(socket) ?? new SlicedInput(socket, this.#inputTurns)
      input.becomeWebSocket(address, early)
    })
  }

  #refuseUpgrade(socket: Socket, { status, why }: Refusal, address: string): void {
    refuseUpgrade(socket, status, why)
    const code = status.slice(0, 3)
    this.#services.metrics.refusedConnections.inc({ status: code })
    this.#services.log.info({ connection: this.#ids.idOf(socket), address, code }, 'refused a connection')
  }

  #upgradeRefusal(request: IncomingMessage, address: string): Refusal | undefined {
    const { path } = this.#settings
    const asked = request.url?.split('?')[0]
    // A proxy may ask for `/chat` or for `/chat/`, by what its operator wrote.
    if (asked !== `${path}/` && (asked !== path || path === ''))
      return { status: '404 Not Found', why: `The WebSocket is at ${path}/.` }
    const { origin } = request.headers
    if (origin !== undefined && !this.#settings.allowedOrigins.includes(origin)) {
      return { status: '403 Forbidden', why: 'This server does not take connections from that web page.' }
    }
    const offered = request.headers['sec-websocket-protocol']?.split(',').map(name => name.trim()) ?? []
    if (!offered.includes(SUBPROTOCOL)) {
      return {
        status: '400 Bad Request',
        why: `Name the subprotocol ${SUBPROTOCOL} in Sec-WebSocket-Protocol.`,
      }
    }
    if (
      this.#isClosing ||
      this.#perAddress.total >= this.#settings.maxConnections ||
      this.#perAddress.countOf(address) >= this.#settings.connectionsPerAddress
    ) {
      return CROWDED
    }
    return undefined
  }

  #openConnection(webSocket: ConnectedWebSocket, socket: Socket, address: string): void {
    socket.setNoDelay(true)
    const connection = new ClientConnection({
      webSocket,
      socket,
      connectionId: this.#ids.idOf(socket),
      address,
      bufferLimit: this.#settings.sendBufferBytes,
      writeTurn: this.#writeTurn,
      waiting: this.#waiting,
      heartbeat: this.#heartbeat,
      services: this.#services,
    })
    this.#connections.add(connection)
    webSocket.on('close', code => this.#connectionClosed(connection, code))
  }

  #connectionClosed(connection: ClientConnection, code: number): void {
    const { connectionId, address, closeReason: reason } = connection
    this.#connections.delete(connection)
    this.#waiting.forgetReader(connection)
    if (connection.brokeRules) this.#upgradeDelay.countBrokenRule(address)
    this.#services.log.info(
      { connection: connectionId, address, closeCode: code, reason },
      'connection closed',
    )
    this.#services.metrics.closings.inc({ reason: reason ?? 'client' })
    connection.connectionClosed(code === 1000 || code === 1001)
    this.#server.emit('connectionGone')
  }
}

/** A function outside the class closes over nothing that would live as long as the connection. */
function destroySocket(this: Socket): void {
  this.destroy()
}
