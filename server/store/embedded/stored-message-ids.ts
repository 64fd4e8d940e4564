import { randomInt } from 'node:crypto'
import type { ClientMessageId, Seq, UserId } from '../../../protocol/model.ts'

/** Who sent something, under which id, and when it came. */
export interface Sent {
  readonly user: { readonly id: UserId }
  readonly clientMessageId: ClientMessageId
  readonly createdAt: number
}

/** Numbers in an empty table: two for each entry. A power of two, like all lengths of it. */
const NUMBERS = 32
/** Entries that are moved to a new table with each message: enough to be done before the next. */
const MOVED = 8

/**
 * Finds what was sent to a room before, by who sent it and under which id (PROTOCOL.md D3). Memory
 * has a table of numbers: a hash of both, and the `seq` of the message. The message itself tells
 * whether it is the one, so an entry that is out of date does no harm. Maps of the strings took
 * half the time of an append, and more than twice the memory.
 */
export class StoredMessageIds {
  readonly #messageAt: (seq: Seq) => Sent | undefined
  /** Nobody outside can choose ids that have the same hash. */
  readonly #seed = randomInt(2 ** 32)
  /**
   * An entry is a hash, which is 0 where none is, and the last 32 bits of a `seq`. Half of them are
   * free.
   */
  #table = new Uint32Array(NUMBERS)
  #free = NUMBERS / 4
  /** What has to be moved to the table, from its end. At once, 200,000 entries would take 20 ms. */
  #old = new Uint32Array(0)
  #unmoved = 0
  #oldestSeq: Seq = 1

  /** `messageAt` finds a message that was noted, or that is stored. */
  constructor(messageAt: (seq: Seq) => Sent | undefined) {
    this.#messageAt = messageAt
  }

  /** Notes `sent` as `nextSeq`. If it was sent before, returns when, and its `seq`, instead. */
  addMessage(sent: Sent, nextSeq: Seq): { seq: Seq; createdAt: number } | undefined {
    const hash = hashOf(sent.clientMessageId, hashOf(sent.user.id, this.#seed)) >>> 0 || 1
    const found = this.#find(this.#table, hash, sent, nextSeq)
    const earlier = this.#unmoved === 0 ? found : (found ?? this.#find(this.#old, hash, sent, nextSeq))
    if (earlier !== undefined) return earlier
    if (this.#free <= 0 && this.#unmoved === 0) this.#makeRoom(nextSeq)
    this.#put(hash, nextSeq)
    for (let moved = 0; moved < MOVED && this.#unmoved > 0; moved++) this.#moveEntry(nextSeq)
    return undefined
  }

  /** The room keeps no message before this one any more. */
  forgetBefore(oldestSeq: Seq): void {
    this.#oldestSeq = oldestSeq
  }

  #find(table: Uint32Array, hash: number, sent: Sent, nextSeq: Seq) {
    for (let place = 2 * hash; ; place += 2) {
      place &= table.length - 1
      if (table[place] === 0) return undefined
      if (table[place] !== hash) continue
      const seq = seqAt(table, place, nextSeq)
      if (seq < this.#oldestSeq) continue
      const message = this.#messageAt(seq)
      if (message?.clientMessageId === sent.clientMessageId && message.user.id === sent.user.id)
        return { seq, createdAt: message.createdAt }
    }
  }

  /** Puts an entry at the first free place from where its hash points to. */
  #put(hash: number, seq: Seq): void {
    const table = this.#table
    let place = (2 * hash) & (table.length - 1)
    while (table[place] !== 0) place = (place + 2) & (table.length - 1)
    table[place] = hash
    table[place + 1] = seq
    this.#free--
  }

  /** Begins a new table, which is larger unless most messages of the old one are not kept. */
  #makeRoom(nextSeq: Seq): void {
    const old = this.#table
    let kept = 0
    for (let place = 0; place < old.length; place += 2) if (this.#isKept(old, place, nextSeq)) kept++
    this.#old = old
    this.#unmoved = old.length
    this.#table = new Uint32Array(kept > old.length / 8 ? 2 * old.length : old.length)
    this.#free = this.#table.length / 4
  }

  #moveEntry(nextSeq: Seq): void {
    this.#unmoved -= 2
    const hash = this.#old[this.#unmoved]
    const seq = this.#old[this.#unmoved + 1]
    if (this.#isKept(this.#old, this.#unmoved, nextSeq)) this.#put(hash ?? 0, seq ?? 0)
  }

  /** False for a free entry, and for a message that was refused or forgotten. */
  #isKept(table: Uint32Array, place: number, nextSeq: Seq): boolean {
    return table[place] !== 0 && seqAt(table, place, nextSeq) >= this.#oldestSeq
  }
}

/** The newest `seq` with these bits before `nextSeq`. That of a refused message is below 1. */
const seqAt = (table: Uint32Array, place: number, nextSeq: Seq): Seq =>
  nextSeq - 1 - ((nextSeq - 1 - (table[place + 1] ?? 0)) >>> 0)

function hashOf(text: string, seed: number): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5bd1e995)
    hash ^= hash >>> 15
  }
  return hash
}
