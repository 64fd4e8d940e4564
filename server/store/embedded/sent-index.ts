import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Seq } from '../../../protocol/model.ts'
import { KeyIndex } from './key-index.ts'
import { SENT_KEYS, type Sent, type SentKeyOf } from './sent-key.ts'

/** Keys of a room in memory: 16 MiB of them, at most. Those of older messages are in the table. */
const MEMORY_LIMIT = 2 ** 20
/** This share of them goes to the table at a time: in order of their keys, which takes fewer pages than one by one. */
const MOVED_SHARE = 1 / 128

/**
 * Finds what a user sent to a room under an id (PROTOCOL.md D3). A message's key is its hash, or the next free number
 * when another message has that; so a key tells where to look, and the message itself whether it is the one.
 */
export class SentIndex {
  readonly #database: DatabaseSync
  readonly #slot: number
  readonly #keyOf: SentKeyOf
  readonly #memoryLimit: number
  /** Of all messages that are not in the table. */
  readonly #recent: KeyIndex
  /** All up to here are in the table. */
  #storedSeq: Seq
  #find: StatementSync | undefined

  constructor(database: DatabaseSync, slot: number, keyOf: SentKeyOf, memoryLimit = MEMORY_LIMIT) {
    this.#database = database
    this.#slot = slot
    this.#keyOf = keyOf
    this.#memoryLimit = memoryLimit
    this.#storedSeq = Number(database.prepare(`SELECT max(seq) AS seq FROM sent_${slot}`).get()?.seq ?? 0)
    this.#recent = new KeyIndex(this.#storedSeq + 1)
  }

  /** What came later has to be loaded when the index is made anew. */
  get storedSeq(): Seq {
    return this.#storedSeq
  }

  /** Takes the keys of the messages that follow, which `newestKeys` told the bytes of. */
  load(keys: Float64Array): void {
    for (const key of keys) this.#recent.push(key)
  }

  /** The bytes of the keys of the `count` messages that were added last, until more is added. */
  newestKeys(count: number): Uint8Array {
    return this.#recent.newest(count)
  }

  /** The `seq` under which `sent` stands here already; when there is none, notes `nextSeq` as its own and returns that. */
  add(sent: Sent, nextSeq: Seq, messageAt: (seq: Seq) => Sent | undefined): Seq {
    for (let key = this.#keyOf(sent); ; key = (key + 1) % SENT_KEYS) {
      const seq = this.#recent.find(key) ?? this.#stored(key)
      if (seq === undefined) {
        this.#recent.push(key)
        return nextSeq
      }
      const other = messageAt(seq)
      if (other?.user.id === sent.user.id && other.clientMessageId === sent.clientMessageId) return seq
    }
  }

  /** Forgets the `count` that were added last; not more than were since the last `trim`. */
  undo(count: number): void {
    this.#recent.pop(count)
  }

  /** True when `trim` is due. */
  get isFull(): boolean {
    return this.#recent.size >= this.#memoryLimit
  }

  /** Moves the oldest to the table; to be called in a transaction. */
  trim(): void {
    const insert = this.#database.prepare(`INSERT INTO sent_${this.#slot} VALUES (?, ?)`)
    const oldest = this.#recent.shift(Math.ceil(this.#memoryLimit * MOVED_SHARE))
    this.#storedSeq += oldest.length
    for (const [key, seq] of oldest.sort(([a], [b]) => a - b)) insert.run(key, seq)
  }

  #stored(key: number): Seq | undefined {
    if (this.#storedSeq === 0) return undefined
    this.#find ??= this.#database.prepare(`SELECT seq FROM sent_${this.#slot} WHERE key = ?`)
    const row = this.#find.get(key)
    return row === undefined ? undefined : Number(row.seq)
  }
}
