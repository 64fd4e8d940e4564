import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { SUBPROTOCOL } from '../../protocol/codec.ts'
import { clientFrame, FrameReader } from '../load/frame-reader.ts'
import { upgradeRequest } from '../load/wire-connection.ts'

/** What the connections of a flood have done together. */
export interface FloodTally {
  connected: number
  /** Connections that were refused, or cut off before their first answer. */
  refused: number
  /** Connections that the server ended later on. */
  ended: number
  bytesOut: number
  bytesIn: number
}

export const newTally = (): FloodTally => ({ connected: 0, refused: 0, ended: 0, bytesOut: 0, bytesIn: 0 })

export interface FloodOptions {
  readonly port: number
  /** The loopback address to connect from. */
  readonly from: string
  readonly tally: FloodTally
  /** The value of X-Forwarded-For, if one is sent. */
  readonly forwardedFor?: string
}

type Fields = Readonly<Record<string, unknown>>
/** A frame of the server. A flood looks at few fields of it. */
export interface Answer {
  readonly type: string
  readonly id?: string
  readonly code?: string
  readonly token?: string
  readonly room?: { readonly id: string }
}

/**
 * A connection that obeys no rule. It writes any bytes. Before the first of them it can ask like a
 * client; from then on it reads what comes without looking at it.
 */
export class FloodConnection {
  readonly #socket: Socket
  readonly #tally: FloodTally
  readonly #waiting = new Map<string, (answer: Answer | undefined) => void>()
  readonly #reader = new FrameReader((bytes, start, end) => this.#take(bytes, start, end))
  #head: string | undefined = ''
  /** Frames are looked at until the flood begins. */
  #isReading = true
  #lastId = 0
  #isEnded = false
  token: string | undefined

  private constructor(options: FloodOptions) {
    this.#tally = options.tally
    this.#socket = connect({
      port: options.port,
      host: '127.0.0.1',
      localAddress: options.from,
      noDelay: true,
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.#isEnded = true
      for (const answer of this.#waiting.values()) answer(undefined)
      this.#waiting.clear()
    })
    this.#socket.on('data', chunk => this.#read(chunk))
  }

  /** A plain TCP connection, or `undefined` when the server does not take it. */
  static async plain(options: FloodOptions): Promise<FloodConnection | undefined> {
    const connection = new FloodConnection(options)
    connection.#head = undefined
    return (await connection.#isConnected()) ? connection : undefined
  }

  /** Opens a WebSocket and says hello. Resolves with `undefined` when that is refused. */
  static async hello(options: FloodOptions, token?: string): Promise<FloodConnection | undefined> {
    const connection = new FloodConnection(options)
    const { port, forwardedFor } = options
    const headers = forwardedFor === undefined ? [] : [`X-Forwarded-For: ${forwardedFor}`]
    connection.#socket.write(upgradeRequest({ port, path: '/', subprotocol: SUBPROTOCOL, headers }))
    const welcome = await connection.ask({ type: 'hello', token })
    if (welcome?.type !== 'welcome') {
      options.tally.refused += 1
      connection.cut()
      return undefined
    }
    options.tally.connected += 1
    connection.token = welcome.token
    return connection
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Resolves with the answer, which may be an error, or with `undefined` at the end. */
  ask(request: Fields): Promise<Answer | undefined> {
    if (this.#isEnded) return Promise.resolve(undefined)
    const id = `ask${++this.#lastId}`
    return new Promise(resolve => {
      this.#waiting.set(id, resolve)
      this.#socket.write(clientFrame(JSON.stringify({ ...request, id })))
    })
  }

  /** Writes bytes, and waits until the server takes more. Resolves with whether it still does. */
  async write(bytes: Buffer | string): Promise<boolean> {
    if (this.#isEnded) return false
    this.#isReading = false
    this.#tally.bytesOut += bytes.length
    if (!this.#socket.write(bytes)) await this.#drained()
    return !this.#isEnded
  }

  /** Resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    if (!this.#isEnded) await new Promise(resolve => this.#socket.once('close', resolve))
  }

  /** Reads nothing any more, as if the program stood still. */
  stopReading(): void {
    this.#socket.pause()
  }

  /** Reads one chunk at a time, and pauses between them. */
  async sip(everyMs: number, until: AbortSignal): Promise<void> {
    while (!this.#isEnded && !until.aborted) {
      this.#socket.resume()
      await once(this.#socket, 'data', { signal: until }).catch(() => {})
      this.#socket.pause()
      await new Promise(resolve => setTimeout(resolve, everyMs))
    }
  }

  /** Ends the connection without a word. */
  cut(): void {
    this.#socket.destroy()
  }

  #isConnected(): Promise<boolean> {
    return new Promise(resolve => {
      this.#socket.once('connect', () => {
        this.#tally.connected += 1
        resolve(true)
      })
      this.#socket.once('close', () => resolve(false))
    })
  }

  #drained(): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        this.#socket.off('drain', done)
        this.#socket.off('close', done)
        resolve()
      }
      this.#socket.on('drain', done)
      this.#socket.on('close', done)
    })
  }

  #read(chunk: Buffer): void {
    this.#tally.bytesIn += chunk.length
    if (this.#head === undefined) {
      if (this.#isReading) this.#reader.read(chunk, chunk.length)
      return
    }
    this.#head += chunk.toString('latin1')
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) return
    if (!this.#head.startsWith('HTTP/1.1 101')) {
      this.#socket.destroy()
      return
    }
    const rest = Buffer.from(this.#head.slice(end + 4), 'latin1')
    this.#head = undefined
    this.#reader.read(rest, rest.length)
  }

  #take(bytes: Buffer, start: number, end: number): void {
    // Answers begin with their type and their id; nothing else has to be parsed.
    const [, id] = /"id":"(ask\d+)"/.exec(bytes.toString('latin1', start, Math.min(end, start + 80))) ?? []
    const answer = id === undefined ? undefined : this.#waiting.get(id)
    if (id === undefined || answer === undefined) return
    this.#waiting.delete(id)
    // The server's frames have this form.
    answer(JSON.parse(bytes.toString('utf8', start, end)) as Answer)
  }
}
