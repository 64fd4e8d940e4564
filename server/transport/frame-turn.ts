/** A connection with frames that wait. */
export interface WaitingFrames {
  /** Handles the first of them. Returns whether another one waits. */
  handleNextFrame(): boolean
}

/**
 * For so long frames are handled in one turn of the event loop, in milliseconds. Who comes with a
 * single frame waits for about that long at most, whatever others have sent.
 */
const TURN_MS = 2

/**
 * Shares the turns of the event loop among connections. A socket is read in chunks of 64 KiB, which
 * can hold a thousand requests, and two hundred such chunks can come in one turn. Handled at once,
 * they would keep everybody else waiting for seconds. So:
 *
 * 1. The first frame of a connection in a turn is handled at once, and further ones while there is
 *    time.
 * 2. What is left waits, and the connection is not read meanwhile.
 * 3. In each turn from then on, the connections that wait take turns, a frame each, while there is
 *    time.
 */
export class FrameTurn {
  readonly #now: () => number
  readonly #waiting = new Set<WaitingFrames>()
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

  /** Whether there is time for another frame in this turn. */
  get hasTime(): boolean {
    if (!this.#isScheduled) {
      this.#endsAt = this.#now() + TURN_MS
      this.#schedule()
      return true
    }
    return this.#now() < this.#endsAt
  }

  /** Lets this connection handle a frame when it is its turn. */
  waitForTurn(connection: WaitingFrames): void {
    this.#waiting.add(connection)
    if (!this.#isScheduled) this.#schedule()
  }

  /** Carries this out now while there is time in this turn, and otherwise when it is its turn. */
  carryOut(work: () => void): void {
    if (this.hasTime) {
      work()
      return
    }
    this.waitForTurn({
      handleNextFrame: () => {
        work()
        return false
      },
    })
  }

  /** The connection is gone. */
  forget(connection: WaitingFrames): void {
    this.#waiting.delete(connection)
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
    // Whoever is added again while this runs comes last.
    for (const connection of this.#waiting) {
      this.#waiting.delete(connection)
      if (connection.handleNextFrame()) this.#waiting.add(connection)
      if (this.#now() >= this.#endsAt) return
    }
  }
}
