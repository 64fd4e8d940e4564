/** A connection as the heartbeat knows it. */
export interface Peer {
  /** The heartbeat's round in which something last came from the other side. */
  lastHeard: number
  ping(): void
  terminate(): void
}

/**
 * Each interval is split into so many parts. Ten thousand pings at once would hold up everybody.
 */
const PARTS = 16

/**
 * Pings every connection that was silent for a round, and cuts off those that answered none of two
 * pings in a row (PROTOCOL.md L4). One timer serves all of them.
 */
export class Heartbeat {
  readonly #peers: ReadonlySet<Peer>
  readonly #timer: NodeJS.Timeout
  /** The peers that were not yet looked at in this round. */
  #rest: Iterator<Peer>
  #part = 0
  #round = 0

  constructor(intervalMs: number, peers: ReadonlySet<Peer>) {
    this.#peers = peers
    this.#rest = peers.values()
    this.#timer = setInterval(() => this.#checkNextPart(), Math.max(1, intervalMs / PARTS))
  }

  /** How many rounds have begun. */
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
      // No ping for a peer that came or spoke in this round. Otherwise thousands who came late in
      // the round would all be pinged in its last part.
      else if (peer.lastHeard < this.#round) peer.ping()
    }
  }
}
