/** A connection as the heartbeat knows it. */
export interface Peer {
  /** The heartbeat's round when something came from the other side last. */
  lastHeard: number
  ping(): void
  terminate(): void
}

/** Parts of an interval: ten thousand pings at once would be a long silence for everybody. */
const PARTS = 16

/** Pings all who were silent in a round from one timer, and cuts off who did not answer two pings in a row (PROTOCOL.md L4). */
export class Heartbeat {
  readonly #peers: ReadonlySet<Peer>
  readonly #timer: NodeJS.Timeout
  /** Those whose turn has not come in this round. */
  #rest: Iterator<Peer>
  #part = 0
  #round = 0

  constructor(intervalMs: number, peers: ReadonlySet<Peer>) {
    this.#peers = peers
    this.#rest = peers.values()
    this.#timer = setInterval(() => this.#checkNextPart(), Math.max(1, intervalMs / PARTS))
  }

  /** Counts how often all were pinged. */
  get round(): number {
    return this.#round
  }

  stopHeartbeat(): void {
    clearInterval(this.#timer)
  }

  #checkNextPart(): void {
    if (this.#part === 0) {
      this.#round++
      this.#rest = this.#peers.values()
    }
    this.#part = (this.#part + 1) % PARTS
    const isLastPart = this.#part === 0
    const share = Math.ceil(this.#peers.size / PARTS)
    for (let count = 0; count < share || isLastPart; count++) {
      const { done, value: peer } = this.#rest.next()
      if (done) return
      if (this.#round - peer.lastHeard > 2) peer.terminate()
      // Who came or spoke in this round lives; thousands who came at its end would else be pinged in its last part.
      else if (peer.lastHeard < this.#round) peer.ping()
    }
  }
}
