/** How often something may happen: `burst` times at once, and `perSecond` in the long run. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/**
 * Times with fractions of a millisecond add up to a little less than a whole token. Who waited as
 * long as was said would be refused without this.
 */
const WHOLE_TOKEN = 1 - 1e-6

/** A token bucket. */
export class RateBucket {
  readonly #rate: Rate
  readonly #now: () => number
  #tokens: number
  #filledAt: number

  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
    this.#tokens = rate.burst
    this.#filledAt = now()
  }

  /** Takes one token. Returns 0, or the milliseconds until there is one. */
  takeToken(): number {
    this.#refill()
    if (this.#tokens >= WHOLE_TOKEN) {
      this.#tokens -= 1
      return 0
    }
    return Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * 1_000)
  }

  /** Takes what something has cost, though that may be more tokens than there are. */
  charge(cost: number): void {
    this.#refill()
    this.#tokens -= cost
  }

  /** Milliseconds until what was charged is paid; 0 when it is. */
  get debtMs(): number {
    this.#refill()
    return this.#tokens > 0 ? 0 : Math.ceil((-this.#tokens / this.#rate.perSecond) * 1_000) + 1
  }

  /** The share of the burst that is left; below 0 in debt. */
  get share(): number {
    this.#refill()
    return this.#tokens / this.#rate.burst
  }

  get isFull(): boolean {
    this.#refill()
    return this.#tokens >= this.#rate.burst
  }

  #refill(): void {
    const now = this.#now()
    const gained = ((now - this.#filledAt) / 1_000) * this.#rate.perSecond
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + Math.max(0, gained))
    this.#filledAt = now
  }
}

/**
 * Buckets by key, such as an address. At most `capacity` of them are remembered, and full ones are
 * forgotten first.
 */
export class KeyedRateBuckets {
  readonly #rate: Rate
  readonly #capacity: number
  readonly #now: () => number
  readonly #buckets = new Map<string, RateBucket>()
  /**
   * The last key and its bucket. Messages of one address come in a row, and to find them in the map
   * again would take half of the time.
   */
  #newest: { readonly key: string; readonly bucket: RateBucket } | undefined

  constructor(rate: Rate, capacity: number, now: () => number) {
    this.#rate = rate
    this.#capacity = capacity
    this.#now = now
  }

  /** Takes one token of this key's bucket. Returns 0, or the milliseconds until there is one. */
  takeToken(key: string): number {
    return this.#bucketOf(key).takeToken()
  }

  /** Takes what something has cost from this key's bucket, which may then be in debt. */
  charge(key: string, cost: number): void {
    this.#bucketOf(key).charge(cost)
  }

  /** Milliseconds until this key is in no debt; 0 when it is in none. */
  debtMsOf(key: string): number {
    return this.#buckets.get(key)?.debtMs ?? 0
  }

  /** The share of its burst that this key has left; below 0 in debt. */
  shareOf(key: string): number {
    return this.#buckets.get(key)?.share ?? 1
  }

  #bucketOf(key: string): RateBucket {
    if (this.#newest?.key === key) return this.#newest.bucket
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#capacity) this.#forgetBuckets()
      bucket = new RateBucket(this.#rate, this.#now)
    } else {
      this.#buckets.delete(key)
    }
    this.#buckets.set(key, bucket)
    this.#newest = { key, bucket }
    return bucket
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size
  }

  /** Forgets the least recently used buckets, and full ones, which are as good as a new one. */
  #forgetBuckets(): void {
    for (const [key, bucket] of this.#buckets) {
      if (!bucket.isFull && this.#buckets.size < this.#capacity) break
      this.#buckets.delete(key)
      if (this.#buckets.size <= this.#capacity * 0.9) break
    }
  }
}
