/** How many there are for each address, and in all. */
export class PerAddressCount {
  readonly #counts = new Map<string, number>()
  total = 0

  countOf(address: string): number {
    return this.#counts.get(address) ?? 0
  }

  addCount(address: string, change: number): void {
    this.total += change
    const count = this.countOf(address) + change
    if (count > 0) this.#counts.set(address, count)
    else this.#counts.delete(address)
  }
}
