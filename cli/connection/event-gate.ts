/**
 * Passes events on in order. While what they build on is still being read (the pages of a list, the
 * answer to a join, missed messages), the gate is closed and they wait.
 */
export class EventGate<Event> {
  readonly #pass: (event: Event) => void
  #waiting: Event[] | undefined

  constructor(pass: (event: Event) => void) {
    this.#pass = pass
  }

  get isOpen(): boolean {
    return this.#waiting === undefined
  }

  /**
   * Lets events wait from now on, `first` before all others; those that waited for an earlier reading
   * are older than this one and go. Returns whether this closing is still the latest.
   */
  close(...first: readonly Event[]): () => boolean {
    const waiting = [...first]
    this.#waiting = waiting
    return () => this.#waiting === waiting
  }

  /** Passes on what has waited. An event that closes the gate again keeps the rest waiting. */
  open(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const event of waiting) this.receive(event)
  }

  receive(event: Event): void {
    if (this.#waiting !== undefined) this.#waiting.push(event)
    else this.#pass(event)
  }
}
