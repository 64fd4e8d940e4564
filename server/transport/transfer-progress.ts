/** The least that a transfer must move while others wait for its slot. */
export interface TransferPace {
  readonly leastBytesPerSecond: number
  /** Over how many milliseconds this is averaged. */
  readonly slowMs: number
}

/** Below this share of the least, a transfer does no more than pretend to move. */
const STALLED_SHARE = 1 / 16

/**
 * How fast the other side of a transfer is. Only time in which the other side is waited for counts:
 * what this server is slow at is nobody's fault.
 */
export class TransferProgress {
  readonly #slow: Allowance
  readonly #stalled: Allowance
  readonly #now: () => number
  #awaitedSince: number | undefined

  constructor({ leastBytesPerSecond, slowMs }: TransferPace, now: () => number) {
    this.#slow = new Allowance(leastBytesPerSecond, slowMs)
    this.#stalled = new Allowance(leastBytesPerSecond * STALLED_SHARE, slowMs)
    this.#now = now
  }

  /** From now on, the other side has to send or to read. */
  awaitPeer(): void {
    this.#countTime()
    this.#awaitedSince = this.#now()
  }

  /** From now on, this server has something to do first. */
  awaitServer(): void {
    this.#countTime()
    this.#awaitedSince = undefined
  }

  /** The other side has sent or read so many bytes. */
  countBytes(bytes: number): void {
    this.#countTime()
    this.#slow.gain(bytes)
    this.#stalled.gain(bytes)
  }

  /** Slower than the least, on average. */
  get isSlow(): boolean {
    this.#countTime()
    return this.#slow.isSpent
  }

  get isStalled(): boolean {
    this.#countTime()
    return this.#stalled.isSpent
  }

  #countTime(): void {
    if (this.#awaitedSince === undefined) return
    const now = this.#now()
    this.#slow.spend(now - this.#awaitedSince)
    this.#stalled.spend(now - this.#awaitedSince)
    this.#awaitedSince = now
  }
}

/** Bytes that a transfer is ahead of the least. It can't save up more than `slowMs` are worth. */
class Allowance {
  readonly #bytesPerMs: number
  readonly #most: number
  #bytes: number

  constructor(bytesPerSecond: number, slowMs: number) {
    this.#bytesPerMs = bytesPerSecond / 1_000
    this.#most = this.#bytesPerMs * slowMs
    this.#bytes = this.#most
  }

  gain(bytes: number): void {
    this.#bytes = Math.min(this.#most, this.#bytes + bytes)
  }

  spend(ms: number): void {
    this.#bytes = Math.max(0, this.#bytes - ms * this.#bytesPerMs)
  }

  get isSpent(): boolean {
    return this.#bytes === 0
  }
}
