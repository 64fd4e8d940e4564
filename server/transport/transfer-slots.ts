import { RequestError } from '../../protocol/error-codes.ts'

/** How many GIFs may be on their way at once, in all and for one address, and how many may wait for a place. */
interface TransferLimits {
  readonly total: number
  readonly perAddress: number
  readonly waiting: number
}

interface Waiting {
  readonly address: string
  readonly start: () => void
}

/** Places for transfers that hold a whole GIF in memory; who finds none waits in order, so that memory stays bounded. */
export class TransferSlots {
  readonly #limits: TransferLimits
  readonly #underWay = new Map<string, number>()
  readonly #waiting = new Set<Waiting>()
  #total = 0

  constructor(limits: TransferLimits) {
    this.#limits = limits
  }

  /** Resolves with the way to give the place back; rejects with `unavailable` when too many wait already. */
  async takeSlot(address: string): Promise<() => void> {
    if (!this.#hasSlotFor(address)) {
      if (this.#waiting.size >= this.#limits.waiting) {
        throw new RequestError('unavailable', 'too many GIFs are on their way: try again', {
          retryAfterMs: 1_000,
        })
      }
      await new Promise<void>(start => this.#waiting.add({ address, start }))
    } else {
      this.#countTransfers(address, 1)
    }
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#countTransfers(address, -1)
      this.#startNextTransfer()
    }
  }

  #hasSlotFor(address: string): boolean {
    return this.#total < this.#limits.total && (this.#underWay.get(address) ?? 0) < this.#limits.perAddress
  }

  #startNextTransfer(): void {
    for (const waiting of this.#waiting) {
      if (!this.#hasSlotFor(waiting.address)) continue
      this.#waiting.delete(waiting)
      // Counted here, before anybody else can take the place.
      this.#countTransfers(waiting.address, 1)
      waiting.start()
      return
    }
  }

  #countTransfers(address: string, change: number): void {
    this.#total += change
    const count = (this.#underWay.get(address) ?? 0) + change
    if (count > 0) this.#underWay.set(address, count)
    else this.#underWay.delete(address)
  }
}
