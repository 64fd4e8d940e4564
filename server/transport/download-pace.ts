/** For how many addresses is remembered what they have used up. */
const CAPACITY = 50_000

/** How many bytes an address may be sent: `burst` at once, and `perSecond` in the long run. */
interface ByteRate {
  readonly perSecond: number
  readonly burst: number
}

interface Budget {
  /** What is left. Below 0, the address has to wait. */
  readonly bytes: number
  readonly at: number
}

/** Spreads what is sent to an address over time. Nothing is refused. */
export class DownloadPace {
  readonly #rate: ByteRate
  readonly #now: () => number
  readonly #budgets = new Map<string, Budget>()

  constructor(rate: ByteRate, now: () => number) {
    this.#rate = rate
    this.#now = now
  }

  /** Takes bytes of the address's budget. Returns the milliseconds to wait before they are sent. */
  spendBytes(address: string, bytes: number): number {
    const { perSecond, burst } = this.#rate
    const at = this.#now()
    const known = this.#budgets.get(address)
    const gained = known === undefined ? burst : known.bytes + ((at - known.at) / 1_000) * perSecond
    const left = Math.min(burst, gained) - bytes
    this.#budgets.delete(address)
    this.#budgets.set(address, { bytes: left, at })
    const oldest = this.#budgets.keys().next().value
    if (this.#budgets.size > CAPACITY && oldest !== undefined) this.#budgets.delete(oldest)
    return left >= 0 ? 0 : Math.ceil((-left / perSecond) * 1_000)
  }
}
