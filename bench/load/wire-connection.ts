import { connect, type Socket } from 'node:net'
import { clientFrame, FrameReader } from './frame-reader.ts'

/** One buffer for all connections. Each read is handled before the next one fills it again. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024)
const TEXT = 0x1
const CLOSE = 0x8
const PING = 0x9
const PONG = 0xa
const NORMAL_CLOSE = Buffer.from([0x03, 0xe8])

/** Takes the payload of a text frame. The bytes are valid until it returns. */
export type TakeText = (bytes: Buffer, start: number, end: number) => void

export interface WireOptions {
  readonly port: number
  readonly path: string
  /** The WebSocket subprotocol to offer. */
  readonly subprotocol?: string
  /** The loopback address to connect from. */
  readonly from: string
  readonly onText: TakeText
  /** The server has closed the connection, or it broke. */
  readonly onClosed: (why: string) => void
}

/**
 * A WebSocket client over a raw socket. It upgrades, masks its frames, and passes on text frames
 * without a copy.
 */
export class WireConnection {
  readonly #socket: Socket
  readonly #options: WireOptions
  readonly #reader: FrameReader
  readonly #opened: PromiseWithResolvers<void> = Promise.withResolvers()
  #isUpgraded = false
  #isLeaving = false
  #head = ''

  private constructor(options: WireOptions) {
    this.#options = options
    this.#reader = new FrameReader((bytes, start, end, opcode) => this.#take(bytes, start, end, opcode))
    this.#socket = connect({
      port: options.port,
      host: '127.0.0.1',
      localAddress: options.from,
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: length => {
          if (this.#isUpgraded) this.#reader.read(READ_BUFFER, length)
          else this.#readHead(length)
          return true
        },
      },
    })
    this.#socket.on('error', error => this.#ended(error.message))
    this.#socket.on('close', () => this.#ended('the server ended the connection'))
    this.#socket.write(upgradeRequest(options))
  }

  /** Resolves when the server has switched to WebSocket. */
  static async open(options: WireOptions): Promise<WireConnection> {
    const connection = new WireConnection(options)
    await connection.#opened.promise
    return connection
  }

  send(text: string): void {
    this.#socket.write(clientFrame(text))
  }

  /** Closes cleanly, with code 1000. */
  close(): void {
    if (this.#isLeaving) return
    this.#isLeaving = true
    this.#socket.end(clientFrame(NORMAL_CLOSE, CLOSE))
  }

  #readHead(length: number): void {
    this.#head += READ_BUFFER.toString('latin1', 0, length)
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) return
    if (!this.#head.startsWith('HTTP/1.1 101')) {
      this.#socket.destroy(new Error(`refused: ${this.#head.slice(0, 200)}`))
      return
    }
    this.#isUpgraded = true
    const rest = Buffer.from(this.#head.slice(end + 4), 'latin1')
    this.#head = ''
    this.#opened.resolve()
    this.#reader.read(rest, rest.length)
  }

  #take(bytes: Buffer, start: number, end: number, opcode: number): void {
    if (opcode === TEXT) this.#options.onText(bytes, start, end)
    else if (opcode === PING) this.#socket.write(clientFrame(Buffer.from(bytes.subarray(start, end)), PONG))
    else if (opcode === CLOSE)
      this.#ended(`closed with ${end > start ? bytes.readUInt16BE(start) : 'no code'}`)
  }

  #ended(why: string): void {
    this.#opened.reject(new Error(why))
    if (!this.#isLeaving) this.#options.onClosed(why)
  }
}

/** The request that begins a WebSocket. */
export const upgradeRequest = ({
  port,
  path,
  subprotocol,
  headers = [],
}: Pick<WireOptions, 'port' | 'path' | 'subprotocol'> & { readonly headers?: readonly string[] }): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    ...headers,
    '\r\n',
  ].join('\r\n')
