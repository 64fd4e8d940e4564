import { PerAddressCount } from './per-address-count.ts'

/** How many bytes may wait for clients that do not read, and for how long. */
interface WaitingLimits {
  /** For all clients together. */
  readonly total: number
  /** For the clients of one address. */
  readonly perAddress: number
  /**
   * Milliseconds after which a client is closed that reads nothing while something waits for it.
   */
  readonly stallMs: number
}

/** A client for which bytes may wait. */
export interface Reader {
  readonly address: string
  /** Bytes that wait in this process until the client reads. */
  readonly waitingBytes: number
  /** Bytes that have gone out so far: it grows only while the client reads. */
  readonly sentBytes: number
  /** Closes the connection as a slow consumer and frees at once what waits for it. */
  cutOffAsSlow(): void
}

interface Counted {
  bytes: number
  sentBytes: number
  /** When `sentBytes` grew last. */
  readAt: number
}

/** Once a budget is exceeded, as many bytes are freed as bring it down to this share. */
const FREED_TO = 0.9
/** The clients that are waited for are looked at this many times in a stall. */
const LOOKS = 10

/**
 * The budget of bytes that wait for clients, for each address and for the server (PROTOCOL.md D8).
 * A limit for each connection alone would let a few hundred of them take all of the memory.
 */
export class WaitingSocketBytes {
  readonly #limits: WaitingLimits
  readonly #now: () => number
  readonly #bytes = new PerAddressCount()
  readonly #counted = new Map<Reader, Counted>()
  readonly #timer: NodeJS.Timeout

  constructor(limits: WaitingLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#timer = setInterval(() => this.cutOffStalled(), Math.max(1, limits.stallMs / LOOKS))
    this.#timer.unref()
  }

  /**
   * Counts what waits for a client after something was written to it. Every write comes here, so a
   * client with nothing waiting must cost next to nothing. What was counted for it before stays
   * counted until `#free` or `cutOffStalled` looks again.
   */
  countWaiting(reader: Reader): void {
    if (reader.waitingBytes === 0) return
    this.#recount(reader, this.#counted.get(reader))
    if (this.#bytes.countOf(reader.address) > this.#limits.perAddress) this.#free(reader.address)
    if (this.#bytes.total > this.#limits.total) this.#free()
  }

  /** The connection is gone, and what waited for it. */
  forgetReader(reader: Reader): void {
    const counted = this.#counted.get(reader)
    if (counted === undefined) return
    this.#counted.delete(reader)
    this.#bytes.addCount(reader.address, -counted.bytes)
  }

  /** Closes everybody who has read nothing for as long as a stall may last. */
  cutOffStalled(): void {
    for (const [reader, counted] of this.#counted) {
      this.#recount(reader, counted)
      if (this.#counted.has(reader) && this.#now() - counted.readAt >= this.#limits.stallMs)
        this.#cutOff(reader)
    }
  }

  stopLooks(): void {
    clearInterval(this.#timer)
  }

  #recount(reader: Reader, known: Counted | undefined): void {
    const { waitingBytes, sentBytes } = reader
    if (waitingBytes === 0) {
      this.forgetReader(reader)
      return
    }
    const counted = known ?? { bytes: 0, sentBytes, readAt: this.#now() }
    if (known === undefined) this.#counted.set(reader, counted)
    this.#bytes.addCount(reader.address, waitingBytes - counted.bytes)
    counted.bytes = waitingBytes
    if (sentBytes > counted.sentBytes) {
      counted.sentBytes = sentBytes
      counted.readAt = this.#now()
    }
  }

  /**
   * Cuts off the readers with most waiting bytes, at one address or all, until the budget has room.
   */
  #free(address?: string): void {
    const isMeant = (reader: Reader) => address === undefined || reader.address === address
    const readers = [...this.#counted.keys()].filter(isMeant)
    for (const reader of readers) this.#recount(reader, this.#counted.get(reader))
    const goal = FREED_TO * (address === undefined ? this.#limits.total : this.#limits.perAddress)
    for (const reader of readers.toSorted((one, other) => other.waitingBytes - one.waitingBytes)) {
      if ((address === undefined ? this.#bytes.total : this.#bytes.countOf(address)) <= goal) return
      this.#cutOff(reader)
    }
  }

  #cutOff(reader: Reader): void {
    this.forgetReader(reader)
    reader.cutOffAsSlow()
  }
}
