/** The weight of events that may wait: what a busy room tells in more than a second. */
const MOST_WAITING = 10_000

/**
 * Passes events on in order. Events may change something that is still being read: the pages of a
 * list, the answer to a join, missed messages. Then the gate is closed, and they wait.
 */
export class ServerEventGate<Event> {
  readonly #pass: (event: Event) => void
  readonly #overflow: () => void
  readonly #weightOf: (event: Event) => number
  #waiting: Event[] | undefined
  #weight = 0

  /**
   * `overflow` is called when more waits than a gate keeps. What comes after that is lost. Most
   * events have about the same size; `weightOf` tells those that are as large as several.
   */
  constructor(
    pass: (event: Event) => void,
    overflow: () => void,
    weightOf: (event: Event) => number = () => 1,
  ) {
    this.#pass = pass
    this.#overflow = overflow
    this.#weightOf = weightOf
  }

  get isOpen(): boolean {
    return this.#waiting === undefined
  }

  /**
   * Makes events wait from now on, `first` before all others. Events that waited for an earlier
   * reading are dropped, since the new one includes them. Returns whether this closing is still
   * the latest.
   */
  closeGate(...first: readonly Event[]): () => boolean {
    const waiting = [...first]
    this.#waiting = waiting
    this.#weight = 0
    return () => this.#waiting === waiting
  }

  /**
   * Passes on the events that waited. If one of them closes the gate again, the rest keep
   * waiting.
   */
  openGate(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const event of waiting) this.receiveEvent(event)
  }

  receiveEvent(event: Event): void {
    if (this.#waiting === undefined) {
      this.#pass(event)
      return
    }
    this.#weight += this.#weightOf(event)
    if (this.#weight <= MOST_WAITING) this.#waiting.push(event)
    else this.#overflow()
  }
}
