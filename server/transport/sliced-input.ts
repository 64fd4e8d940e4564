import type { Socket } from 'node:net'
import type { LoopTurns, SlicedWork } from '../turns/loop-turns.ts'
import { subnetOf } from './remote-address.ts'

/**
 * So many bytes are taken in at once: of a WebSocket about ten of the shortest requests, and of
 * HTTP a small part of a GIF.
 */
const SLICE_BYTES = { webSocket: 512, http: 2_048 }

const NOTHING = () => {}

/**
 * Takes in what a socket has received, slice by slice, while there is time in this turn of the
 * event loop, and the rest when it is its turn. A socket is read in chunks of 64 KiB. Such a chunk
 * can hold thousands of requests or pings, and the parsers of HTTP and WebSockets work through all
 * of it at once. An input goes through these phases:
 *
 * 1. HTTP: what comes waits for its turn while there is no time.
 * 2. `becomeWebSocket`: the upgrade is answered. What came behind it is taken in from now on.
 * 3. WebSocket: the first slice in a turn is taken in at once, so that people in a room do not wait
 *    for HTTP.
 *
 * A socket gives each chunk to `push` (`readable.push` of Node.js), and reads on when that has
 * reached the stream. So all slices but the last are emitted past the stream: until the last one is
 * pushed, the socket is not read, and little waits. A paused socket gets no slice.
 *
 * Slices are copies, since `ws` keeps the fragments of a message, and with a part of a chunk it
 * would keep all of it.
 */
export class SlicedInput implements SlicedWork {
  readonly #socket: Socket
  readonly #turns: LoopTurns
  readonly #push: Socket['push']
  #address: string
  #kind: keyof typeof SLICE_BYTES = 'http'
  /** The turn in which something was taken in last. */
  #lastTurn = -1
  /** What is not taken in yet; `null` is the end of the stream. */
  #waiting: (Buffer | null)[] = []

  /** The HTTP server must know the socket already. */
  constructor(socket: Socket, turns: LoopTurns) {
    this.#socket = socket
    this.#turns = turns
    this.#address = subnetOf(socket.remoteAddress ?? 'unknown')
    // The HTTP parser reads a socket past its stream until somebody listens to the stream.
    socket.on('data', NOTHING).off('data', NOTHING)
    this.#push = socket.push
    socket.push = chunk => this.#receiveChunk(chunk)
    socket.once('close', () => turns.leaveTurns(this))
  }

  /** Behind a proxy it is the proxy's until the upgrade tells whose it is. */
  get address(): string {
    return this.#address
  }

  /** Goes on as the WebSocket of this address. `early` has come with the upgrade and behind it. */
  becomeWebSocket(address: string, early: Buffer): void {
    this.#turns.leaveTurns(this)
    this.#address = address
    this.#kind = 'webSocket'
    if (early.length > 0) this.#waiting.unshift(early)
    if (this.#waiting.length > 0) this.#waitUntilResumed()
  }

  doSlice(): boolean {
    const [chunk] = this.#waiting
    if (chunk === undefined || this.#socket.destroyed) {
      this.#waiting = []
      return false
    }
    if (this.#socket.readableFlowing !== true) {
      this.#waitUntilResumed()
      return false
    }
    this.#lastTurn = this.#turns.number
    const size = SLICE_BYTES[this.#kind]
    if (chunk !== null && chunk.length > size) {
      this.#waiting[0] = chunk.subarray(size)
      this.#socket.emit('data', copyOf(chunk.subarray(0, size)))
    } else {
      this.#waiting.shift()
      this.#push.call(this.#socket, chunk === null ? null : copyOf(chunk))
    }
    return this.#waiting.length > 0
  }

  /** Returns whether the socket should be read further. */
  #receiveChunk(chunk: Buffer | null): boolean {
    if (this.#waiting.length > 0) {
      this.#waiting.push(chunk)
      return false
    }
    const isFirst = this.#kind === 'webSocket' && this.#lastTurn !== this.#turns.number
    const isNow = this.#turns.hasTime || isFirst || this.#socket.readableFlowing !== true
    if (isNow && (chunk === null || chunk.length <= SLICE_BYTES[this.#kind])) {
      this.#lastTurn = this.#turns.number
      return this.#push.call(this.#socket, chunk)
    }
    this.#waiting.push(chunk)
    let isMore = !isNow || this.doSlice()
    while (isMore && this.#turns.hasTime) isMore = this.doSlice()
    if (isMore) this.#turns.waitForTurn(this)
    return this.#waiting.length === 0
  }

  #waitUntilResumed(): void {
    this.#socket.once('resume', () => this.#turns.waitForTurn(this))
  }
}

/** Not from the pool of Node.js, whose memory many would keep together. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
