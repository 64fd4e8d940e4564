import type { Socket } from 'node:net'
import { type RawData, WebSocket } from 'ws'
import { CLOSE_CODES, type CloseReason } from '../../protocol/close-codes.ts'
import { encodeServerMessage } from '../../protocol/codec.ts'
import type { ServerMessage } from '../../protocol/server-messages.ts'
import { frameTexts } from '../chat/frame.ts'
import type { ClientLink } from '../session/client-link.ts'
import { Session } from '../session/session.ts'
import type { SessionLog, SessionServices } from '../session/session-services.ts'
import type { Heartbeat, Peer } from './heartbeat.ts'
import type { WriteTurn } from './write-turn.ts'

/** Bytes up to which copying into one buffer is cheaper than a write of several. */
const COPY_LIMIT = 128 * 1024

/** A `WebSocket` that knows its connection, so that all can have the same functions as listeners. */
export class ConnectedWebSocket extends WebSocket {
  connection: ClientConnection | undefined
}

/**
 * One WebSocket, written to in finished frames, and its session. Writing to the socket beside `ws` is safe because this
 * server never negotiates permessage-deflate and never calls `ws.send`: `ws` itself then only writes whole control frames,
 * each in one synchronous write, and all that is written here is whole frames too, so no frame can land inside another.
 */
export class ClientConnection implements ClientLink, Peer {
  readonly address: string
  readonly session: Session
  lastHeard: number
  readonly #webSocket: ConnectedWebSocket
  readonly #socket: Socket
  readonly #bufferLimit: number
  readonly #turn: WriteTurn
  readonly #heartbeat: Heartbeat
  readonly #log: SessionLog
  /** Finished frames, and answers that are not framed yet. */
  readonly #outgoing: (Buffer | string)[] = []
  #outgoingBytes = 0
  #answerBytes = 0
  #closeReason: CloseReason | undefined

  constructor(options: {
    webSocket: ConnectedWebSocket
    socket: Socket
    address: string
    bufferLimit: number
    turn: WriteTurn
    heartbeat: Heartbeat
    services: SessionServices
  }) {
    this.address = options.address
    this.lastHeard = options.heartbeat.round
    this.#webSocket = options.webSocket
    this.#socket = options.socket
    this.#bufferLimit = options.bufferLimit
    this.#turn = options.turn
    this.#heartbeat = options.heartbeat
    this.#log = options.services.log
    this.session = new Session(this, options.services)
    options.webSocket.connection = this
    // A connection's own closures would be much of what it takes while it is idle.
    options.webSocket.on('message', onMessage)
    options.webSocket.on('ping', onControl)
    options.webSocket.on('pong', onControl)
    options.webSocket.on('error', onError)
  }

  /** Why this side closed the connection, if it did. */
  get closeReason(): CloseReason | undefined {
    return this.#closeReason
  }

  receive(data: RawData, isBinary: boolean): void {
    // What comes after this side closed is not carried out.
    if (this.#closeReason !== undefined) return
    this.lastHeard = this.#heartbeat.round
    // `data` is one Buffer: `ws` gives arrays and ArrayBuffers only where `binaryType` asks for them.
    if (isBinary || !Buffer.isBuffer(data)) this.close('binaryFrame')
    else this.session.receive(data.toString())
  }

  receiveControl(): void {
    this.lastHeard = this.#heartbeat.round
    this.session.receiveControl()
  }

  /** A broken frame came: `ws` closes the connection itself, with the code that the fault has. */
  broken(error: Error): void {
    this.#log.debug({ address: this.address, error: error.message }, 'broken frame')
  }

  send(message: ServerMessage): void {
    if (this.#closeReason !== undefined) return
    const text = encodeServerMessage(message)
    const bytes = Buffer.byteLength(text)
    this.#answerBytes += bytes
    // Answers are the client's own doing, many in one tick if it asks for many: they count before they are written.
    if (this.#socket.writableLength + this.#answerBytes > this.#bufferLimit) this.#closeAsSlow()
    else this.#queue(text, bytes)
  }

  deliver(frames: Buffer): void {
    if (this.#closeReason === undefined) this.#queue(frames, frames.length)
  }

  close(reason: CloseReason): void {
    if (this.#closeReason !== undefined) return
    this.flush()
    this.#closeReason = reason
    this.#webSocket.close(CLOSE_CODES[reason].code, reason)
  }

  ping(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping()
  }

  terminate(): void {
    this.#webSocket.terminate()
  }

  /**
   * Writes what was sent and delivered since the last time, all in one. Looks at what still waits from before, so that
   * no burst alone makes a reader slow (PROTOCOL.md D8).
   */
  flush(): void {
    if (this.#outgoing.length === 0) return
    if (this.#closeReason === undefined && this.#webSocket.readyState === this.#webSocket.OPEN) {
      if (this.#socket.writableLength > this.#bufferLimit) {
        this.#closeAsSlow()
        return
      }
      this.#write()
    }
    this.#empty()
  }

  #queue(frames: Buffer | string, bytes: number): void {
    if (this.#outgoing.length === 0) this.#turn.add(this)
    this.#outgoing.push(frames)
    this.#outgoingBytes += bytes
  }

  #write(): void {
    const parts = framed(this.#outgoing)
    const [first, second] = parts
    if (first !== undefined && second === undefined) {
      this.#socket.write(first)
    } else if (this.#outgoingBytes <= COPY_LIMIT) {
      this.#socket.write(Buffer.concat(parts))
    } else {
      this.#socket.cork()
      for (const frames of parts) this.#socket.write(frames)
      this.#socket.uncork()
    }
  }

  #closeAsSlow(): void {
    this.#empty()
    this.close('slowConsumer')
  }

  #empty(): void {
    this.#outgoing.length = 0
    this.#outgoingBytes = 0
    this.#answerBytes = 0
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  connectionOf(this)?.receive(data, isBinary)
}

function onControl(this: WebSocket): void {
  connectionOf(this)?.receiveControl()
}

function onError(this: WebSocket, error: Error): void {
  connectionOf(this)?.broken(error)
}

const connectionOf = (webSocket: WebSocket): ClientConnection | undefined =>
  webSocket instanceof ConnectedWebSocket ? webSocket.connection : undefined

/** Puts the answers that stand side by side into one buffer. */
function framed(outgoing: readonly (Buffer | string)[]): readonly Buffer[] {
  const parts: Buffer[] = []
  let texts: string[] = []
  for (const frames of outgoing) {
    if (typeof frames === 'string') {
      texts.push(frames)
      continue
    }
    if (texts.length > 0) parts.push(frameTexts(texts))
    texts = []
    parts.push(frames)
  }
  if (texts.length > 0) parts.push(frameTexts(texts))
  return parts
}
