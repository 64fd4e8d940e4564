/** Somebody at an address who waits for a turn. */
export interface TurnTaker {
  readonly address: string
  /** Does a little of what waits. Returns whether there is more. */
  takeTurn(): boolean
}

/**
 * For so long input is taken in one turn of the event loop, in milliseconds. Who comes with a
 * single request waits for about that long at most, whatever others have sent.
 */
const TURN_MS = 2

/**
 * Shares the turns of the event loop among addresses. In one turn two hundred sockets can be read,
 * each with a thousand requests. Taken in at once, they would keep everybody else waiting for
 * seconds. So input is taken in while there is time. What is left waits, and in each turn from
 * then on the addresses that wait take turns, and so do those who wait at one address.
 */
export class SocketReadTurn {
  readonly #now: () => number
  /** By address. Nobody is here without somebody who waits. */
  readonly #waiting = new Map<string, Set<TurnTaker>>()
  #number = 0
  #endsAt = 0
  #isScheduled = false

  constructor(now: () => number) {
    this.#now = now
  }

  /** Grows with each turn. */
  get number(): number {
    return this.#number
  }

  /** Whether there is time for more in this turn. */
  get hasTime(): boolean {
    if (!this.#isScheduled) {
      this.#endsAt = this.#now() + TURN_MS
      this.#schedule()
      return true
    }
    return this.#now() < this.#endsAt
  }

  /** Lets somebody go on when it is their turn. */
  waitForTurn(taker: TurnTaker): void {
    const { address } = taker
    const takers = this.#waiting.get(address)
    if (takers === undefined) this.#waiting.set(address, new Set([taker]))
    else takers.add(taker)
    if (!this.#isScheduled) this.#schedule()
  }

  /** Carries this out now while there is time in this turn, and otherwise when it is its turn. */
  carryOut(address: string, work: () => void): void {
    if (this.hasTime) {
      work()
      return
    }
    this.waitForTurn({
      address,
      takeTurn: () => {
        work()
        return false
      },
    })
  }

  /** Whoever waited is gone. */
  leave(taker: TurnTaker): void {
    const takers = this.#waiting.get(taker.address)
    if (takers?.delete(taker) === true && takers.size === 0) this.#waiting.delete(taker.address)
  }

  #schedule(): void {
    this.#isScheduled = true
    setImmediate(() => this.#beginTurn())
  }

  #beginTurn(): void {
    this.#number++
    this.#isScheduled = false
    if (this.#waiting.size === 0) return
    this.#endsAt = this.#now() + TURN_MS
    this.#schedule()
    // Whoever waits again while this runs comes last.
    for (const [address, takers] of this.#waiting) {
      this.#waiting.delete(address)
      for (const taker of takers) {
        takers.delete(taker)
        if (takers.size > 0) this.#waiting.set(address, takers)
        if (taker.takeTurn()) this.waitForTurn(taker)
        break
      }
      if (this.#now() >= this.#endsAt) return
    }
  }
}
