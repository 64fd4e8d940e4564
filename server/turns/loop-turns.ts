import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work of an address that is done in slices. */
export interface SlicedWork {
  readonly address: string
  /** Does a little of what waits. Returns whether there is more. */
  doSlice(): boolean
}

/** A slice of other work settles when it is done, and then there is no more. */
interface WaitingWork {
  readonly address: string
  doSlice(): boolean | Promise<void>
}

/**
 * For so long work is done in one turn of the event loop, in milliseconds. Who comes with a single
 * request waits for about that long at most, whatever others have sent.
 */
const TURN_MS = 2

/**
 * Shares the turns of the event loop among addresses. In one turn two hundred sockets can be read,
 * each with a thousand requests. Taken in at once, they would keep everybody else waiting for
 * seconds. So work is done while there is time. What is left waits, and in each turn from then on
 * the addresses that wait take turns, and so do those who wait at one address.
 */
export class LoopTurns {
  readonly #now: () => number
  /** By address. Nobody is here without somebody who waits. */
  readonly #waiting = new Map<string, Set<WaitingWork>>()
  #number = 0
  #endsAt = 0
  #isScheduled = false
  /** Set while work is done, also over several turns when one piece of it has to wait. */
  #isWorking = false

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
      this.#schedule()
      return true
    }
    return this.#now() < this.#endsAt
  }

  /** Lets somebody go on when it is their turn. */
  waitForTurn(work: SlicedWork): void {
    this.#addLast(work)
    if (!this.#isScheduled) this.#schedule()
  }

  /** Whoever waited is gone. */
  leaveTurns(work: SlicedWork): void {
    const works = this.#waiting.get(work.address)
    if (works?.delete(work) === true && works.size === 0) this.#waiting.delete(work.address)
  }

  /** Does this now while there is time in this turn, and otherwise when it is its turn. */
  doInTurn(address: string, work: () => void): void {
    if (this.hasTime) {
      work()
      return
    }
    this.waitForTurn({
      address,
      doSlice: () => {
        work()
        return false
      },
    })
  }

  /**
   * Settles as `work` does, which begins when it is its turn. Pieces of such work are done one
   * after the other. One that itself has to wait, for the store or for a password, holds up no
   * other.
   */
  finishInTurn(address: string, work: () => Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#addLast({ address, doSlice: () => work().then(resolve, reject) })
    if (this.hasTime && !this.#isWorking) void this.#doWaiting()
    return promise
  }

  #addLast(work: WaitingWork): void {
    const works = this.#waiting.get(work.address)
    if (works === undefined) this.#waiting.set(work.address, new Set([work]))
    else works.add(work)
  }

  #schedule(): void {
    this.#isScheduled = true
    this.#endsAt = this.#now() + TURN_MS
    setImmediate(() => this.#beginTurn())
  }

  #beginTurn(): void {
    this.#number++
    this.#isScheduled = false
    if (this.#waiting.size === 0) return
    this.#schedule()
    if (!this.#isWorking) void this.#doWaiting()
  }

  async #doWaiting(): Promise<void> {
    this.#isWorking = true
    // Whoever waits again while this runs comes last.
    for (const [address, works] of this.#waiting) {
      this.#waiting.delete(address)
      for (const work of works) {
        works.delete(work)
        if (works.size > 0) this.#waiting.set(address, works)
        const slice = work.doSlice()
        // Most work settles within this turn. What does not is left alone.
        if (typeof slice !== 'boolean') await Promise.race([slice, nextTurn()])
        else if (slice) this.#addLast(work)
        break
      }
      if (this.#now() >= this.#endsAt) break
    }
    this.#isWorking = false
  }
}
