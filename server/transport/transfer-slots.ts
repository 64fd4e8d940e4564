import { RequestError } from '../../protocol/error-codes.ts'

/** How many transfers may run at once, in all and for one address, and how many may wait. */
interface TransferLimits {
  readonly total: number
  readonly perAddress: number
  readonly waiting: number
}

interface Waiting {
  readonly address: string
  readonly start: () => void
}

/**
 * Slots for transfers that hold a whole GIF in memory. A transfer without a slot waits in line, so
 * memory stays bounded.
 */
export class TransferSlots {
  readonly #limits: TransferLimits
  readonly #underWay = new Map<string, number>()
  readonly #waiting = new Set<Waiting>()
  #total = 0

  constructor(limits: TransferLimits) {
    this.#limits = limits
  }

  /**
   * Resolves with a function that gives the slot back. Rejects with `unavailable` when too many are
   * waiting already.
   */
  async takeSlot(address: string): Promise<() => void> {
    if (!this.#hasSlotFor(address)) {
      if (this.#waiting.size >= this.#limits.waiting) {
        throw new RequestError('unavailable', 'too many GIFs are being transferred: try again', {
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
      // Counted here already, so that nobody else takes the slot.
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
