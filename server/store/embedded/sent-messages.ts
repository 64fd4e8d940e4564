import { randomInt } from 'node:crypto'
import type { ClientMessageId, Seq, UserId } from '../../../protocol/model.ts'

/** Who sent something, under which id, and when it came. */
export interface Sent {
  readonly user: { readonly id: UserId }
  readonly clientMessageId: ClientMessageId
  readonly createdAt: number
}

/** Entries of an empty table. A power of two, like all sizes of it. */
const ENTRIES = 16

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
  /** An entry is a hash and a `seq`, which is 0 where none is. Half of them are free. */
  #table = new Float64Array(2 * ENTRIES)
  #free = ENTRIES / 2
  #oldestSeq: Seq = 1

  /** `messageAt` finds a message that was noted, or that is stored. */
  constructor(messageAt: (seq: Seq) => Sent | undefined) {
    this.#messageAt = messageAt
  }

  /** Notes `sent` as `nextSeq`. If it was sent before, returns when, and its `seq`, instead. */
  add(sent: Sent, nextSeq: Seq): { seq: Seq; createdAt: number } | undefined {
    const table = this.#table
    const hash = hashOf(sent.clientMessageId, hashOf(sent.user.id, this.#seed)) >>> 0
    for (let place = 2 * hash; ; place += 2) {
      place &= table.length - 1
      const seq = table[place + 1]
      if (seq === undefined || seq === 0) break
      if (table[place] !== hash || seq >= nextSeq || seq < this.#oldestSeq) continue
      const message = this.#messageAt(seq)
      if (message?.clientMessageId === sent.clientMessageId && message.user.id === sent.user.id)
        return { seq, createdAt: message.createdAt }
    }
    if (this.#free === 0) this.#makeRoom(nextSeq)
    this.#free--
    put(this.#table, hash, nextSeq)
    return undefined
  }

  /** The room keeps no message before this one any more. */
  forgetBefore(oldestSeq: Seq): void {
    this.#oldestSeq = oldestSeq
  }

  /** Drops the entries of messages that are not kept, and grows unless they were many. */
  #makeRoom(nextSeq: Seq): void {
    const old = this.#table
    const kept: number[] = []
    for (let place = 0; place < old.length; place += 2) {
      const seq = old[place + 1] ?? 0
      if (seq >= this.#oldestSeq && seq < nextSeq) kept.push(place)
    }
    this.#table = new Float64Array(kept.length > old.length / 8 ? 2 * old.length : old.length)
    this.#free = this.#table.length / 4 - kept.length
    for (const place of kept) put(this.#table, old[place] ?? 0, old[place + 1] ?? 0)
  }
}

/** Puts an entry at the first free place from where its hash points to. */
function put(table: Float64Array, hash: number, seq: Seq): void {
  let place = (2 * hash) & (table.length - 1)
  while (table[place + 1] !== 0) place = (place + 2) & (table.length - 1)
  table[place] = hash
  table[place + 1] = seq
}

function hashOf(text: string, seed: number): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5bd1e995)
    hash ^= hash >>> 15
  }
  return hash
}
