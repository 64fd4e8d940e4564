import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { resetSocket } from './reset-socket.ts'

/** Which bytes are held back: those to the service, those from it, or both. */
export const BLOCKED_WAYS = ['to', 'from', 'both'] as const
export type BlockedWay = (typeof BLOCKED_WAYS)[number]

/**
 * A TCP proxy between one server and a service that it uses. The network there can be cut, in one
 * direction or in both, and it can be slow. While it is cut, nothing passes and nobody is told.
 */
export class ServiceProxy implements AsyncDisposable {
  /** How much later each chunk arrives, in milliseconds, in either direction. */
  delayMs = 0
  /** What arrives in the place of a chunk. */
  rewrite: (chunk: Buffer, way: 'to' | 'from') => Buffer = chunk => chunk
  readonly port: number
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()
  #blocked: BlockedWay | undefined
  #unblocked: PromiseWithResolvers<void> = Promise.withResolvers()

  private constructor(listener: Server, target: number) {
    this.#listener = listener
    this.port = (listener.address() as AddressInfo).port // it listens
    listener.on('connection', client => {
      const service = connect({ port: target, host: '127.0.0.1', noDelay: true })
      this.#pass(client, service, 'to')
      this.#pass(service, client, 'from')
    })
  }

  static async to(target: number): Promise<ServiceProxy> {
    const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return new ServiceProxy(listener, target)
  }

  block(way: BlockedWay): void {
    this.#blocked = way
  }

  /**
   * Lets everything pass again. What was held back arrives now, as on a network whose packets are
   * sent again. With `isReset` it is lost, and both sides see their connections reset.
   */
  unblock(isReset = false): void {
    if (isReset) for (const socket of this.#sockets) resetSocket(socket)
    this.#blocked = undefined
    this.#unblocked.resolve()
    this.#unblocked = Promise.withResolvers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.unblock(true)
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #pass(from: Socket, to: Socket, way: 'to' | 'from'): void {
    this.#sockets.add(from)
    let onItsWay = Promise.resolve()
    const passLater = (work: () => void) => {
      const due = performance.now() + this.delayMs
      onItsWay = onItsWay.then(async () => {
        await this.#untilOpen(way)
        if (due > performance.now()) await sleep(due - performance.now())
        work()
      })
    }
    from.on('data', chunk => passLater(() => void (to.destroyed || to.write(this.rewrite(chunk, way)))))
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      passLater(() => to.destroySoon())
    })
  }

  async #untilOpen(way: 'to' | 'from'): Promise<void> {
    while (this.#blocked === way || this.#blocked === 'both') await this.#unblocked.promise
  }
}
