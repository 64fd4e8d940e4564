import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** The faults of a network. */
export const FAULTS = {
  /** Both sides see the connection reset. */
  cut: 'breaks',
  /** Half of the next chunk arrives, and then the connection is reset. */
  halve: 'breaks',
  /** Nothing passes for a while, and then everything does. */
  stall: 'holds up',
  /** Everything passes later, for a while. */
  delay: 'holds up',
} as const
export type Fault = keyof typeof FAULTS

/** How long a stall or a delay lasts, in milliseconds. */
const HOLD_UP_MS = 700
const DELAY_MS = 40

interface Pipe {
  readonly client: Socket
  readonly server: Socket
  halvesNext: boolean
  /** True once half a chunk was passed on: the pipe is about to end. */
  isHalved: boolean
  delayMs: number
  /** Resolves when all chunks before have passed, so that delayed chunks keep their order. */
  onItsWay: Promise<void>
}

/** A TCP proxy in front of a server. It has the faults of a network. */
export class FaultyProxy implements AsyncDisposable {
  readonly #listener: Server
  readonly #pipes = new Set<Pipe>()

  private constructor(listener: Server) {
    this.#listener = listener
  }

  /** New connections go to the port that `target` has then. */
  static async start(target: { readonly port: number }): Promise<FaultyProxy> {
    const listener = createServer({ noDelay: true })
    const proxy = new FaultyProxy(listener)
    listener.on('connection', client => proxy.#open(client, target.port))
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return proxy
  }

  get port(): number {
    const address = this.#listener.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    return address.port
  }

  get connections(): number {
    return this.#pipes.size
  }

  /** Applies a fault to one connection, chosen by `random`. Returns false when there is none. */
  inject(fault: Fault, random: () => number): boolean {
    const pipe = [...this.#pipes][Math.floor(random() * this.#pipes.size)]
    if (pipe === undefined) return false
    switch (fault) {
      case 'cut':
        this.#end(pipe)
        break
      case 'halve':
        pipe.halvesNext = true
        break
      case 'stall':
        for (const socket of [pipe.client, pipe.server]) {
          socket.pause()
          setTimeout(() => socket.resume(), HOLD_UP_MS)
        }
        break
      case 'delay':
        pipe.delayMs = DELAY_MS
        setTimeout(() => {
          pipe.delayMs = 0
        }, HOLD_UP_MS)
        break
      default:
        fault satisfies never
    }
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pipe of this.#pipes) this.#end(pipe)
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #open(client: Socket, targetPort: number): void {
    const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    const pipe: Pipe = {
      client,
      server,
      halvesNext: false,
      isHalved: false,
      delayMs: 0,
      onItsWay: Promise.resolve(),
    }
    this.#pipes.add(pipe)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', chunk => this.#forward(pipe, chunk, to))
      from.on('error', () => this.#end(pipe))
      from.on('close', () => {
        // Chunks on their way still arrive, as on a real network.
        pipe.onItsWay.then(() => this.#end(pipe))
      })
    }
  }

  #forward(pipe: Pipe, chunk: Buffer, to: Socket): void {
    if (pipe.isHalved) return
    if (pipe.halvesNext) {
      // Nothing may pass after the half: TCP loses the end of a stream, never its middle.
      pipe.isHalved = true
      pipe.onItsWay = pipe.onItsWay.then(
        () => void to.write(chunk.subarray(0, chunk.length / 2), () => this.#end(pipe)),
      )
    } else if (pipe.delayMs > 0) {
      pipe.onItsWay = pipe.onItsWay
        .then(() => new Promise<void>(resolve => setTimeout(resolve, pipe.delayMs)))
        .then(() => void to.write(chunk))
    } else {
      // The end comes after the delayed chunks.
      pipe.onItsWay = pipe.onItsWay.then(() => void to.write(chunk))
    }
  }

  #end(pipe: Pipe): void {
    this.#pipes.delete(pipe)
    pipe.client.destroy()
    pipe.server.destroy()
  }
}
