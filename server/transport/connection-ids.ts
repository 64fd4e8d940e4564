import type { Socket } from 'node:net'

/** Numbers the connections of a server, so that the log can tell one from the other. */
export class ConnectionIds {
  readonly #ids = new WeakMap<Socket, number>()
  #last = 0

  /** The number of this socket, the same for all that comes over it. */
  idOf(socket: Socket): number {
    const known = this.#ids.get(socket)
    if (known !== undefined) return known
    this.#ids.set(socket, ++this.#last)
    return this.#last
  }
}
