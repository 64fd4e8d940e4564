import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { CLOSE_CODES, type CloseReason } from '../../protocol/close-codes.ts'
import { encodeServerMessage } from '../../protocol/codec.ts'
import type { ServerMessage } from '../../protocol/server-messages.ts'
import { frameText } from '../chat/frame.ts'
import type { ClientLink } from '../session/client-link.ts'
import type { WriteTurn } from './write-turn.ts'

/** Bytes up to which copying into one buffer is cheaper than a write of several. */
const COPY_LIMIT = 128 * 1024

/**
 * One WebSocket, written to in finished frames. Writing to the socket beside `ws` is safe because this server never
 * negotiates permessage-deflate and never calls `ws.send`: `ws` itself then only writes whole control frames, each in
 * one synchronous write, and all that is written here is whole frames too, so no frame can land inside another.
 */
export class ClientConnection implements ClientLink {
  readonly address: string
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #bufferLimit: number
  readonly #turn: WriteTurn
  readonly #outgoing: Buffer[] = []
  /** Bytes of answers in `#outgoing`. */
  #answerBytes = 0
  #closeReason: CloseReason | undefined

  constructor(options: {
    webSocket: WebSocket
    socket: Socket
    address: string
    bufferLimit: number
    turn: WriteTurn
  }) {
    this.address = options.address
    this.#webSocket = options.webSocket
    this.#socket = options.socket
    this.#bufferLimit = options.bufferLimit
    this.#turn = options.turn
  }

  /** Why this side closed the connection, if it did. */
  get closeReason(): CloseReason | undefined {
    return this.#closeReason
  }

  send(message: ServerMessage): void {
    if (this.#closeReason !== undefined) return
    const frame = frameText(encodeServerMessage(message))
    this.#answerBytes += frame.length
    // Answers are the client's own doing, many in one tick if it asks for many: they count before they are written.
    if (this.#socket.writableLength + this.#answerBytes > this.#bufferLimit) this.#closeAsSlow()
    else this.#queue(frame)
  }

  deliver(frames: Buffer): void {
    if (this.#closeReason === undefined) this.#queue(frames)
  }

  close(reason: CloseReason): void {
    if (this.#closeReason !== undefined) return
    this.flush()
    this.#closeReason = reason
    this.#webSocket.close(CLOSE_CODES[reason].code, reason)
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
      this.#write(this.#outgoing)
    }
    this.#outgoing.length = 0
    this.#answerBytes = 0
  }

  #queue(frames: Buffer): void {
    if (this.#outgoing.length === 0) this.#turn.add(this)
    this.#outgoing.push(frames)
  }

  #write(frames: readonly Buffer[]): void {
    const [first, second] = frames
    if (first !== undefined && second === undefined) {
      this.#socket.write(first)
      return
    }
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0)
    if (bytes <= COPY_LIMIT) {
      this.#socket.write(Buffer.concat(frames, bytes))
      return
    }
    this.#socket.cork()
    for (const frame of frames) this.#socket.write(frame)
    this.#socket.uncork()
  }

  #closeAsSlow(): void {
    this.#outgoing.length = 0
    this.close('slowConsumer')
  }
}
