import { FairTurns, type Turn, type TurnLimits, type TurnOwner } from '../turns/fair-turns.ts'
import { type TransferPace, TransferProgress } from './transfer-progress.ts'

/** A slot, once its turn has begun. */
export interface TransferSlot extends Turn {
  readonly progress: TransferProgress
}

interface Transfer {
  readonly owner: TurnOwner
  readonly progress: TransferProgress
  readonly end: () => void
  readonly cutOff: () => void
}

/** While transfers wait, slow ones are looked for so often, in milliseconds. */
const LOOK_MS = 1_000

/**
 * Slots for transfers that hold a whole GIF in memory. They are given in turns that are fair by
 * address, and a transfer without one waits, so memory stays bounded.
 *
 * A slow transfer may take its time while nobody wants its slot. It is cut off for a transfer of an
 * address that has fewer slots, or of a person at the same address who has fewer. One that hardly
 * moves is cut off for any other.
 */
export class TransferSlots {
  readonly #turns: FairTurns
  readonly #limits: TurnLimits
  readonly #pace: TransferPace
  readonly #now: () => number
  readonly #waiting = new Set<TurnOwner>()
  readonly #underWay = new Set<Transfer>()
  #timer: NodeJS.Timeout | undefined

  constructor(limits: TurnLimits, pace: TransferPace, now: () => number) {
    this.#turns = new FairTurns(limits, now)
    this.#limits = limits
    this.#pace = pace
    this.#now = now
  }

  /**
   * Stands in line for a slot. `cutOff` ends the transfer from this side. Throws `unavailable` when
   * too many wait already.
   */
  takeSlot({ address, person }: TurnOwner, cutOff: () => void): TransferSlot {
    const owner = { address, person }
    const turn = this.#turns.takeTurn(owner)
    const progress = new TransferProgress(this.#pace, this.#now)
    const end = () => {
      this.#waiting.delete(owner)
      this.#underWay.delete(transfer)
      turn.end()
    }
    const transfer: Transfer = { owner, progress, end, cutOff }
    this.#waiting.add(owner)
    const begun = turn.begun.then(hasTurn => {
      // It may have been ended since.
      if (!hasTurn || !this.#waiting.delete(owner)) return false
      this.#underWay.add(transfer)
      return true
    })
    this.#timer ??= setTimeout(() => this.#lookForSlow(), 0)
    return { begun, end, progress }
  }

  #lookForSlow(): void {
    this.#timer = undefined
    if (this.#waiting.size === 0) return
    const slow = new Set([...this.#underWay].filter(({ progress }) => progress.isSlow))
    for (const wanting of this.#waiting) {
      if (slow.size === 0) break
      const victim = this.#firstToGo(slow, wanting)
      if (victim === undefined) continue
      slow.delete(victim)
      victim.end()
      victim.cutOff()
    }
    this.#timer = setTimeout(() => this.#lookForSlow(), LOOK_MS)
    this.#timer.unref()
  }

  /** Of the slow transfers, one that may be cut off for `wanting`. */
  #firstToGo(slow: ReadonlySet<Transfer>, wanting: TurnOwner): Transfer | undefined {
    const here = this.#turns.turnsOf(wanting.address)
    for (const transfer of slow) {
      const { owner, progress } = transfer
      if (owner.address === wanting.address) {
        if (progress.isStalled || this.#slotsOf(owner) > this.#slotsOf(wanting) + 1) return transfer
      } else if (here < this.#limits.perAddress) {
        if (progress.isStalled || this.#turns.turnsOf(owner.address) > here) return transfer
      }
    }
    return undefined
  }

  #slotsOf({ address, person }: TurnOwner): number {
    let slots = 0
    for (const { owner } of this.#underWay) if (owner.address === address && owner.person === person) slots++
    return slots
  }
}
