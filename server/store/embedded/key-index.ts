import type { Seq } from '../../../protocol/model.ts'

export const KEY_BYTES = Float64Array.BYTES_PER_ELEMENT

/**
 * Finds numbers by keys, for numbers that follow each other: an open-addressed hash table with 16 to 32 bytes for
 * each. Keys are integers from 0, evenly spread in their lower 32 bits.
 */
export class KeyIndex {
  /** In order of `seq`. */
  #keys = new Float64Array(64)
  /** The same memory. */
  #bytes = new Uint8Array(this.#keys.buffer)
  /** Places in `#keys`, counted from 1; 0 is free. At most half of them are taken. */
  #slots = new Uint32Array(this.#keys.length * 2)
  #size = 0
  #firstSeq: Seq

  constructor(firstSeq: Seq) {
    this.#firstSeq = firstSeq
  }

  get size(): number {
    return this.#size
  }

  find(key: number): Seq | undefined {
    const mask = this.#slots.length - 1
    for (let slot = (key >>> 0) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] ?? 0
      if (place === 0) return undefined
      if (this.#keys[place - 1] === key) return this.#firstSeq + place - 1
    }
  }

  /** Gives the next number to `key`, which must not be here. */
  push(key: number): void {
    if (this.#size === this.#keys.length) {
      const keys = new Float64Array(this.#size * 2)
      keys.set(this.#keys)
      this.#keys = keys
      this.#bytes = new Uint8Array(keys.buffer)
      this.#slots = new Uint32Array(keys.length * 2)
      this.#fillSlots()
    }
    this.#keys[this.#size] = key
    this.#fillSlot(this.#size++)
  }

  /** The newest `count`, in order, as the bytes of a `Float64Array`; good until the next `push` or `shift`. */
  newest(count: number): Uint8Array {
    return this.#bytes.subarray((this.#size - count) * KEY_BYTES, this.#size * KEY_BYTES)
  }

  /** Takes the newest `count` away. */
  pop(count: number): void {
    // None of the others can stand where it does because of one that came after it.
    for (; count > 0; count--) this.#slots[this.#slotOf(this.#size--)] = 0
  }

  /** Takes the oldest `count` away: each key with its number. */
  shift(count: number): [key: number, seq: Seq][] {
    const oldest = Array.from(this.#keys.subarray(0, count), (key, index): [number, Seq] => [
      key,
      this.#firstSeq + index,
    ])
    this.#keys.copyWithin(0, count, this.#size)
    this.#size -= count
    this.#firstSeq += count
    this.#slots.fill(0)
    this.#fillSlots()
    return oldest
  }

  /** Where `place` stands. */
  #slotOf(place: number): number {
    const mask = this.#slots.length - 1
    let slot = ((this.#keys[place - 1] ?? 0) >>> 0) & mask
    while (this.#slots[slot] !== place) slot = (slot + 1) & mask
    return slot
  }

  #fillSlots(): void {
    for (let index = 0; index < this.#size; index++) this.#fillSlot(index)
  }

  #fillSlot(index: number): void {
    const mask = this.#slots.length - 1
    let slot = ((this.#keys[index] ?? 0) >>> 0) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = index + 1
  }
}
