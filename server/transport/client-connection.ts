import type { Socket } from 'node:net'
import { type RawData, WebSocket } from 'ws'
import { CLOSE_CODES, type CloseReason } from '../../protocol/close-codes.ts'
import { encodeServerMessage } from '../../protocol/codec.ts'
import type { ServerMessage } from '../../protocol/server-messages.ts'
import { encodeFanOutFrames } from '../chat/fan-out-frames.ts'
import type { ServerMetrics } from '../metrics/server-metrics.ts'
import type { ClientLink } from '../session/client-link.ts'
import { Session } from '../session/session.ts'
import type { SessionLog, SessionServices } from '../session/session-services.ts'
import type { SocketWriteTurn } from '../turns/socket-write-turn.ts'
import type { Heartbeat, Peer } from './heartbeat.ts'
import type { Reader, WaitingSocketBytes } from './waiting-socket-bytes.ts'

/** Up to so many bytes, one copied buffer is cheaper to write than several buffers. */
const COPY_LIMIT = 128 * 1024

/**
 * Whoever goes on sending after this side has closed is cut off after so many bytes. A short frame
 * counts as more than its length, since it costs as much to take in.
 */
const IGNORED_BYTES = 128 * 1024
const IGNORED_FRAME_BYTES = 128

/** What this side closes a connection for when its client keeps to no rules. */
const BROKEN_RULES: ReadonlySet<CloseReason> = new Set<CloseReason>([
  'binaryFrame',
  'invalidFrame',
  'helloExpected',
  'helloTimeout',
  'flood',
  'slowConsumer',
])

/** A `WebSocket` that knows its connection, so that all connections share the same listeners. */
export class ConnectedWebSocket extends WebSocket {
  connection: ClientConnection | undefined
}

/**
 * One WebSocket and its session. It goes through these phases:
 *
 * 1. Open: frames go to the session. What is sent and delivered waits in `#outgoing`, and
 *    `SocketWriteTurn` has it written at the end of the turn.
 * 2. Closing: this side has sent a close frame. Nothing more is taken from the client or written to
 *    it, and `ws` cuts the socket if the client does not answer in time.
 * 3. Closed: `ws` says `close`. `WebSocketListener` forgets the connection and tells the session.
 *
 * Finished frames are written to the socket directly, past `ws`. That is safe because this server
 * never negotiates permessage-deflate and never calls `ws.send`. So `ws` itself writes control
 * frames only, each as a whole in one synchronous write, and no frame can land inside another.
 */
export class ClientConnection implements ClientLink, Peer, Reader {
  readonly connectionId: number
  readonly address: string
  readonly session: Session
  lastHeard: number
  readonly #webSocket: ConnectedWebSocket
  readonly #socket: Socket
  readonly #bufferLimit: number
  readonly #writeTurn: SocketWriteTurn
  readonly #waiting: WaitingSocketBytes
  readonly #heartbeat: Heartbeat
  readonly #log: SessionLog
  readonly #metrics: ServerMetrics
  /** Finished frames as buffers, and texts that are not framed yet. */
  #outgoing: (Buffer | string)[] | undefined
  #outgoingBytes = 0
  #answerBytes = 0
  /** What is outgoing may wait for more, since nothing of it is an answer. */
  #isPatient = false
  #closeReason: CloseReason | undefined
  #ignoredBytes = 0
  /** Its client broke a rule of WebSockets, so that `ws` closed it. */
  #isBroken = false

  constructor(options: {
    webSocket: ConnectedWebSocket
    socket: Socket
    connectionId: number
    address: string
    bufferLimit: number
    writeTurn: SocketWriteTurn
    waiting: WaitingSocketBytes
    heartbeat: Heartbeat
    services: SessionServices
  }) {
    this.connectionId = options.connectionId
    this.address = options.address
    this.lastHeard = options.heartbeat.round
    this.#webSocket = options.webSocket
    this.#socket = options.socket
    this.#bufferLimit = options.bufferLimit
    this.#writeTurn = options.writeTurn
    this.#waiting = options.waiting
    this.#heartbeat = options.heartbeat
    this.#log = options.services.log
    this.#metrics = options.services.metrics
    this.session = new Session(this, options.services)
    options.webSocket.connection = this
    // Closures for each connection would be much of the memory that an idle one takes.
    options.webSocket.on('message', onMessage)
    options.webSocket.on('ping', onControl)
    options.webSocket.on('pong', onControl)
    options.webSocket.on('error', onError)
  }

  /** Why this side closed the connection, if it did. */
  get closeReason(): CloseReason | undefined {
    return this.#closeReason
  }

  /** Whether it was closed for what its client did, or left undone. */
  get brokeRules(): boolean {
    return this.#isBroken || (this.#closeReason !== undefined && BROKEN_RULES.has(this.#closeReason))
  }

  receiveMessage(data: RawData, isBinary: boolean): void {
    // Requests that come after this side has closed are not carried out.
    if (this.#closeReason !== undefined) {
      this.#ignoreBytes(Buffer.isBuffer(data) ? data.length : 0)
      return
    }
    this.lastHeard = this.#heartbeat.round
    // `data` is one Buffer. `ws` gives arrays and ArrayBuffers only when `binaryType` asks for
    // them.
    if (isBinary || !Buffer.isBuffer(data)) {
      this.close('binaryFrame')
      return
    }
    this.#metrics.receivedBytes.inc(data.length)
    this.session.receiveFrame(data.toString())
  }

  /** The connection is gone. With `isClean`, the client had said so. */
  connectionClosed(isClean: boolean): void {
    this.session.connectionClosed(isClean)
  }

  receiveControlFrame(): void {
    this.lastHeard = this.#heartbeat.round
    if (this.#closeReason !== undefined) this.#ignoreBytes(0)
    // `ws` has cut it off: it sends pings and takes no pongs.
    else if (this.#webSocket.readyState !== this.#webSocket.OPEN) this.#isBroken = true
    else this.session.receiveControlFrame()
  }

  /**
   * A broken frame came. `ws` closes the connection itself, with the code for that fault, and reads
   * on so that it finds the client's answer.
   */
  receiveBrokenFrame(error: Error): void {
    const { connectionId: connection, address } = this
    this.#isBroken = true
    this.#log.debug({ connection, address, reason: error.message }, 'broken frame')
    this.#socket.on('data', chunk => this.#ignoreBytes(chunk.length))
  }

  send(message: ServerMessage): void {
    if (this.#closeReason === undefined) this.sendText(encodeServerMessage(message))
  }

  sendText(text: string): void {
    if (this.#closeReason !== undefined) return
    const bytes = Buffer.byteLength(text)
    if (this.#answerBytes === 0) this.#writeTurn.addFirstWriter(this)
    this.#answerBytes += bytes
    // Answers count before they are written: a client can ask for many of them in one turn.
    if (this.#socket.writableLength + this.#answerBytes > this.#bufferLimit) this.#closeAsSlow()
    else this.#queueOutgoing(text, bytes)
  }

  deliverFrames(finished: Buffer, isMoreSoon = false): void {
    if (this.#closeReason !== undefined) return
    this.#metrics.deliveries.inc()
    const isNew = this.#outgoing === undefined
    if (isMoreSoon && isNew) this.#writeTurn.addPatientWriter(this)
    else if (!isMoreSoon && (isNew || this.#isPatient)) this.#writeTurn.addWriter(this)
    this.#isPatient = isMoreSoon && (isNew || this.#isPatient)
    this.#queueOutgoing(finished, finished.length)
  }

  close(reason: CloseReason): void {
    if (this.#closeReason === undefined) this.flushWrites()
    // The flush itself closes whoever reads too slowly.
    if (this.#closeReason !== undefined) return
    this.#closeReason = reason
    this.#webSocket.close(CLOSE_CODES[reason].code, reason)
  }

  ping(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping()
  }

  terminate(): void {
    this.#webSocket.terminate()
  }

  get waitingBytes(): number {
    return this.#socket.writableLength
  }

  get sentBytes(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }

  /** Whoever reads nothing would not read a close frame either, so the socket is cut at once. */
  cutOffAsSlow(): void {
    this.#closeAsSlow()
    this.terminate()
  }

  /**
   * Writes everything that was sent and delivered since the last flush. Whether the client is slow
   * is decided by what still waits from before, so a single burst makes nobody slow (PROTOCOL.md
   * D8).
   */
  flushWrites(): void {
    if (this.#outgoing === undefined) return
    if (this.#closeReason === undefined && this.#webSocket.readyState === this.#webSocket.OPEN) {
      if (this.#socket.writableLength > this.#bufferLimit) {
        this.#closeAsSlow()
        return
      }
      this.#writeOutgoing(this.#outgoing)
      this.#clearOutgoing()
      this.#waiting.countWaiting(this)
      return
    }
    this.#clearOutgoing()
  }

  #ignoreBytes(bytes: number): void {
    this.#ignoredBytes += Math.max(bytes, IGNORED_FRAME_BYTES)
    // Whoever is told of a restart has done nothing wrong, and may have much on its way.
    if (this.#ignoredBytes > IGNORED_BYTES && this.#closeReason !== 'serverRestart') this.terminate()
  }

  #queueOutgoing(part: Buffer | string, bytes: number): void {
    if (this.#outgoing === undefined) this.#outgoing = [part]
    else this.#outgoing.push(part)
    this.#outgoingBytes += bytes
  }

  #writeOutgoing(parts: readonly (Buffer | string)[]): void {
    const [first] = parts
    this.#metrics.sentBytes.inc(this.#outgoingBytes)
    if (parts.length === 1 && Buffer.isBuffer(first)) {
      this.#socket.write(first)
    } else if (this.#outgoingBytes <= COPY_LIMIT) {
      this.#socket.write(this.#writeTurn.joinParts(parts, encodeFanOutFrames))
    } else {
      this.#socket.cork()
      for (const part of parts) this.#socket.write(Buffer.isBuffer(part) ? part : encodeFanOutFrames([part]))
      this.#socket.uncork()
    }
  }

  #closeAsSlow(): void {
    const { connectionId: connection, address } = this
    const waitingBytes = this.#socket.writableLength + this.#outgoingBytes
    this.#log.warn({ connection, address, waitingBytes }, 'a client reads too slowly: closed its connection')
    this.#clearOutgoing()
    this.close('slowConsumer')
  }

  #clearOutgoing(): void {
    this.#outgoing = undefined
    this.#outgoingBytes = 0
    this.#answerBytes = 0
    this.#isPatient = false
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  connectionOf(this)?.receiveMessage(data, isBinary)
}

function onControl(this: WebSocket): void {
  connectionOf(this)?.receiveControlFrame()
}

function onError(this: WebSocket, error: Error): void {
  connectionOf(this)?.receiveBrokenFrame(error)
}

const connectionOf = (webSocket: WebSocket): ClientConnection | undefined =>
  webSocket instanceof ConnectedWebSocket ? webSocket.connection : undefined
