/** How many there are for each address, and in all. */
export class PerAddressCount {
  readonly #counts = new Map<string, number>()
  total = 0

  of(address: string): number {
    return this.#counts.get(address) ?? 0
  }

  add(address: string, change: number): void {
    this.total += change
    const count = this.of(address) + change
    if (count > 0) this.#counts.set(address, count)
    else this.#counts.delete(address)
  }
}
