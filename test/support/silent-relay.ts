import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can die without a word, as a network does when a laptop sleeps. */
export class SilentRelay implements AsyncDisposable {
  readonly port: number
  /** Connections so far. */
  opened = 0
  readonly #server: ReturnType<typeof createServer>
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  readonly #waiting = new Set<() => void>()

  private constructor(server: ReturnType<typeof createServer>, target: number) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port // it listens
    server.on('connection', client => {
      const away = connect(target, '127.0.0.1')
      const pair = [client, away] as const
      this.#pairs.add(pair)
      for (const socket of pair)
        socket
          .on('error', () => undefined)
          .on('close', () => {
            if (!client.isPaused()) for (const other of pair) other.destroy()
          })
      client.pipe(away).pipe(client)
      this.opened += 1
      for (const look of this.#waiting) look()
    })
  }

  static async to(target: number): Promise<SilentRelay> {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return new SilentRelay(server, target)
  }

  /** From now on nothing passes through the connections that there are, and none of them ends. */
  fallSilent(): void {
    for (const [client, away] of this.#pairs) {
      client.unpipe(away)
      away.unpipe(client)
      client.pause()
      away.pause()
    }
  }

  /** Resolves when so many connections were opened. */
  async untilOpened(count: number): Promise<void> {
    while (this.opened < count) {
      await new Promise<void>(resolve => {
        const look = () => {
          this.#waiting.delete(look)
          resolve()
        }
        this.#waiting.add(look)
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
