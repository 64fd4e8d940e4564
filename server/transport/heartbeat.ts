import type { WebSocket } from 'ws'

/** Pings all clients from one timer and cuts off those that did not answer two pings in a row (PROTOCOL.md L4). */
export class Heartbeat {
  readonly #lastSeen = new Map<WebSocket, number>()
  readonly #timer: NodeJS.Timeout
  #round = 0

  constructor(intervalMs: number) {
    this.#timer = setInterval(() => this.#beat(), intervalMs)
  }

  watch(webSocket: WebSocket): void {
    this.#lastSeen.set(webSocket, this.#round)
    const seen = () => this.#lastSeen.set(webSocket, this.#round)
    webSocket.on('pong', seen)
    webSocket.on('message', seen)
    webSocket.on('close', () => this.#lastSeen.delete(webSocket))
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #beat(): void {
    this.#round++
    for (const [webSocket, round] of this.#lastSeen) {
      if (this.#round - round > 2) webSocket.terminate()
      else if (webSocket.readyState === webSocket.OPEN) webSocket.ping()
    }
  }
}
