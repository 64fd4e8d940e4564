/** For each connection that broke the rules, its address waits so much longer, in milliseconds. */
const PER_CONNECTION_MS = 1_000
/** So much of it is let off: a few programs that fail are no flood. */
const FREE_MS = 5_000
/** Nobody waits longer, since others may share the address. */
const LONGEST_MS = 5_000

/**
 * How long an address waits for its next connection (PROTOCOL.md L3). A connection that breaks the
 * rules is closed, but opening the next one costs its owner less than it costs the server. So an
 * address at which this happens again and again comes back slowly.
 */
export class UpgradeDelay {
  readonly #now: () => number
  /** Until when what an address did counts, in the order in which it last did something. */
  readonly #countsUntil = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** A connection from this address was closed since it broke the rules. */
  countBrokenRule(address: string): void {
    this.#forgetOldOnes()
    const now = this.#now()
    const since = Math.max(now, this.#countsUntil.get(address) ?? 0)
    this.#countsUntil.delete(address)
    this.#countsUntil.set(address, Math.min(since + PER_CONNECTION_MS, now + FREE_MS + LONGEST_MS))
  }

  /** Milliseconds that a connection from this address waits; usually 0. */
  delayOf(address: string): number {
    const until = this.#countsUntil.get(address)
    return until === undefined ? 0 : Math.max(0, until - this.#now() - FREE_MS)
  }

  #forgetOldOnes(): void {
    for (const [address, until] of this.#countsUntil) {
      if (until > this.#now()) return
      this.#countsUntil.delete(address)
    }
  }
}
