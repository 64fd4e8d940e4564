import type { Socket } from 'node:net'
import type { SocketReadTurn, TurnTaker } from '../turns/socket-read-turn.ts'

/** So many bytes are taken in at once. They hold about ten of the shortest requests. */
const SLICE_BYTES = 512

/**
 * Takes in what a socket has received, slice by slice, while there is time in this turn of the
 * event loop, and the rest when it is its turn. A socket is read in chunks of 64 KiB. Such a chunk
 * can hold a thousand requests or ten thousand pings, and `ws` works through all of it at once.
 *
 * A socket gives each chunk to `push` (`readable.push` of Node.js), and reads on when that has
 * reached the stream. So all slices but the last are emitted past the stream: until the last one is
 * pushed, the socket is not read. So what waits is one chunk, or two where bytes came before the
 * upgrade was answered, and the end of the stream.
 */
export class SlicedInput implements TurnTaker {
  readonly address: string
  readonly #socket: Socket
  readonly #turn: SocketReadTurn
  readonly #push: Socket['push']
  /** The turn in which something was taken in last. */
  #lastTurn = -1
  /** What is not taken in yet; `null` is the end of the stream. */
  #waiting: (Buffer | null)[] = []

  constructor(socket: Socket, address: string, turn: SocketReadTurn) {
    this.address = address
    this.#socket = socket
    this.#turn = turn
    this.#push = socket.push
    socket.push = chunk => this.receiveChunk(chunk)
  }

  /** Takes in a chunk. Returns whether the socket should be read further. */
  receiveChunk(chunk: Buffer | null): boolean {
    if (this.#waiting.length > 0) {
      this.#waiting.push(chunk)
      return false
    }
    if (!this.#turn.hasTime && this.#lastTurn === this.#turn.number) {
      this.#waiting.push(chunk)
      this.#turn.waitForTurn(this)
      return false
    }
    this.#lastTurn = this.#turn.number
    if (chunk === null || chunk.length <= SLICE_BYTES) return this.#push.call(this.#socket, chunk)
    this.#waiting.push(chunk)
    while (this.takeTurn()) {
      if (this.#turn.hasTime) continue
      this.#turn.waitForTurn(this)
      return false
    }
    return true
  }

  takeTurn(): boolean {
    const [chunk] = this.#waiting
    if (chunk === undefined || this.#socket.destroyed) {
      this.#waiting = []
      return false
    }
    this.#lastTurn = this.#turn.number
    if (chunk !== null && chunk.length > SLICE_BYTES) {
      this.#waiting[0] = chunk.subarray(SLICE_BYTES)
      this.#socket.emit('data', chunk.subarray(0, SLICE_BYTES))
      return true
    }
    this.#waiting.shift()
    this.#push.call(this.#socket, chunk)
    return this.#waiting.length > 0
  }

  /** The connection is gone. */
  leaveTurns(): void {
    this.#turn.leave(this)
  }
}
