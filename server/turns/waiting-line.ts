/** Where somebody stands in a `WaitingLine`. */
export interface LinePlace<Item> {
  readonly item: Item
  before: LinePlace<Item> | undefined
  after: LinePlace<Item> | undefined
}

/** A line that anybody can leave from anywhere. How long it is makes no step slower. */
export class WaitingLine<Item> {
  #first: LinePlace<Item> | undefined
  #last: LinePlace<Item> | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  get first(): LinePlace<Item> | undefined {
    return this.#first
  }

  /** Puts `item` at the end. */
  join(item: Item): LinePlace<Item> {
    const place: LinePlace<Item> = { item, before: this.#last, after: undefined }
    if (this.#last === undefined) this.#first = place
    else this.#last.after = place
    this.#last = place
    this.#length++
    return place
  }

  /** Takes somebody out who stands in this line. */
  leave({ before, after }: LinePlace<Item>): void {
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    this.#length--
  }
}
