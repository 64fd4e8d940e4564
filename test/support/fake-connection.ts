import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { encodeServerMessage } from '../../protocol/codec.ts'
import type { ErrorCode } from '../../protocol/error-codes.ts'
import type { User } from '../../protocol/model.ts'
import type { ServerMessage } from '../../protocol/server-messages.ts'

/** One connection to the fake server. */
export class FakeConnection {
  readonly socket: WebSocket
  user: User = { id: 'nobody', color: '#000000' }

  constructor(socket: WebSocket) {
    this.socket = socket
  }

  send(message: ServerMessage): void {
    this.socket.send(encodeServerMessage(message))
  }

  refuse(id: string, code: ErrorCode, retryAfterMs?: number, field?: string): void {
    this.send({
      type: 'error',
      id,
      code,
      message: `refused: ${code}`,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(field !== undefined && { field }),
    })
  }

  /** Sends bytes past the library, which frames all that it sends. */
  sendBytes(bytes: Buffer): void {
    // `ws` keeps its socket to itself.
    const { _socket: socket } = this.socket as unknown as { readonly _socket: Socket }
    socket.write(bytes)
  }

  /** Cuts the connection without a close frame. */
  drop(): void {
    this.socket.terminate()
  }

  close(code: number): void {
    this.socket.close(code)
  }
}
