/** Events that may wait: what a busy room tells in more than a second. */
const MOST_WAITING = 10_000

/**
 * Passes events on in order. Events may change something that is still being read: the pages of a
 * list, the answer to a join, missed messages. Then the gate is closed, and they wait.
 */
export class ServerEventGate<Event> {
  readonly #pass: (event: Event) => void
  readonly #overflow: () => void
  #waiting: Event[] | undefined

  /** `overflow` is called when more events wait than a gate keeps. Those after them are lost. */
  constructor(pass: (event: Event) => void, overflow: () => void) {
    this.#pass = pass
    this.#overflow = overflow
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
    if (this.#waiting === undefined) this.#pass(event)
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(event)
    else this.#overflow()
  }
}
