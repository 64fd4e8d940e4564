import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RoomId } from '../../../protocol/model.ts'
import { RoomGoneError, type StoredRoom } from '../../chat/chat-store.ts'
import { RoomTables } from './room-tables.ts'
import { slotTables } from './schema.ts'
import { loadSentKeyOf, type SentKeyOf } from './sent-key.ts'
import { textOf } from './text.ts'
import type { Transactions } from './transactions.ts'

/** What is deleted in one transaction, in bytes: it holds everybody up for some 10 ms. */
const STEP_BYTES = 4 * 1024 * 1024
/** As long as deleting so many bytes it takes to empty tables that have little in them. */
const CLEAR_BYTES = 32 * 1024

/** The rooms that are, each in a slot of its own; a slot's tables are made when its room first needs them. */
export class RoomsTable {
  readonly #database: DatabaseSync
  readonly #transactions: Transactions
  readonly #keyOf: SentKeyOf
  readonly #slots = new Map<RoomId, number>()
  readonly #freeSlots: number[] = []
  /** Of rooms that ended: their tables may have something in them. */
  readonly #leftSlots: Set<number>
  readonly #tables = new Map<number, RoomTables>()
  readonly #slotsWithTables: Set<number>
  #nextSlot = 1
  readonly #insert: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync, transactions: Transactions) {
    this.#database = database
    this.#transactions = transactions
    this.#keyOf = loadSentKeyOf(database)
    this.#insert = database.prepare(`
      INSERT INTO rooms (slot, id, title, max, owner_id, owner_color, password_hash, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#delete = database.prepare('DELETE FROM rooms WHERE slot = ?')
    const tables = database.prepare(
      `SELECT substr(name, 10) AS slot FROM sqlite_schema WHERE name GLOB 'segments_*'`,
    )
    this.#slotsWithTables = new Set(tables.all().map(row => Number(row.slot)))
    for (const row of database.prepare('SELECT slot, id FROM rooms').all()) {
      this.#slots.set(String(row.id), Number(row.slot))
    }
    const taken = new Set(this.#slots.values())
    const highest = Math.max(0, ...[...taken, ...this.#slotsWithTables])
    this.#leftSlots = new Set([...this.#slotsWithTables].filter(slot => !taken.has(slot)))
    for (; this.#nextSlot <= highest; this.#nextSlot++) {
      if (!taken.has(this.#nextSlot) && !this.#leftSlots.has(this.#nextSlot)) {
        this.#freeSlots.push(this.#nextSlot)
      }
    }
  }

  /** Throws when a room has this id already. */
  add(room: StoredRoom): void {
    if (this.#slots.has(room.id)) throw new Error(`a room has the id ${room.id} already`)
    const slot = this.#freeSlots.at(-1) ?? this.#nextSlot
    const { id, title, max, owner, passwordHash, createdAt } = room
    this.#insert.run(slot, id, title, max, owner.id, owner.color, passwordHash, createdAt)
    if (this.#freeSlots.pop() === undefined) this.#nextSlot++
    this.#slots.set(id, slot)
  }

  /** All rooms, oldest first. */
  all(): readonly StoredRoom[] {
    return this.#database
      .prepare(`
        SELECT id, CAST(title AS BLOB) AS title, max, owner_id, owner_color, password_hash, created_at
        FROM rooms ORDER BY created_at`)
      .all()
      .map(row => ({
        id: String(row.id),
        title: textOf(row.title),
        max: Number(row.max),
        owner: { id: String(row.owner_id), color: String(row.owner_color) },
        passwordHash: row.password_hash === null ? null : String(row.password_hash),
        createdAt: Number(row.created_at),
      }))
  }

  /** The room's tables, made when missing, which must not happen inside a transaction; throws `RoomGoneError`. */
  tablesFor(room: RoomId): RoomTables {
    const slot = this.#slots.get(room)
    if (slot === undefined) throw new RoomGoneError(`there is no room ${room}`)
    if (!this.#slotsWithTables.has(slot)) {
      this.#transactions.run(() => this.#database.exec(slotTables(slot)))
      this.#slotsWithTables.add(slot)
    }
    return this.#tablesIn(slot)
  }

  /** The room's tables; undefined when nothing was ever kept in them, or there is no such room. */
  tablesOf(room: RoomId): RoomTables | undefined {
    const slot = this.#slots.get(room)
    return slot === undefined || !this.#slotsWithTables.has(slot) ? undefined : this.#tablesIn(slot)
  }

  /** The tables of rooms some of whose messages are in the journal only. */
  unsettled(): readonly RoomTables[] {
    return [...this.#tables.values()].filter(tables => tables.isUnsettled)
  }

  /** Deletes the rooms that are, at once, and what is theirs as far as one step goes; the rest is left to `sweep`. */
  end(rooms: readonly RoomId[]): void {
    const ended = new Map<RoomId, number>()
    for (const room of rooms) {
      const slot = this.#slots.get(room)
      if (slot !== undefined) ended.set(room, slot)
    }
    const emptied = this.#transactions.run(() => {
      for (const slot of ended.values()) this.#delete.run(slot)
      return this.#empty([...this.#leftSlots, ...ended.values()])
    })
    for (const [room, slot] of ended) {
      this.#slots.delete(room)
      this.#leftSlots.add(slot)
      this.#tables.get(slot)?.forget()
    }
    this.#free(emptied)
  }

  /** True while rooms that ended have left something. */
  get hasLeftovers(): boolean {
    return this.#leftSlots.size > 0
  }

  /** Deletes a step's worth of what rooms that ended have left. */
  sweep(): void {
    this.#free(this.#transactions.run(() => this.#empty(this.#leftSlots)))
  }

  /** Empties `slots` in their order as far as one step goes, and returns those that are empty then. */
  #empty(slots: Iterable<number>): readonly number[] {
    const emptied: number[] = []
    let bytes = STEP_BYTES
    for (const slot of slots) {
      if (this.#slotsWithTables.has(slot)) {
        // At start-up these may be thousands, which nobody has asked for: they are not kept.
        const tables = this.#tables.get(slot) ?? this.#makeTables(slot)
        bytes -= CLEAR_BYTES
        if (bytes > 0) bytes -= tables.deleteNewest(bytes)
        if (bytes <= 0) break
        tables.clear()
      }
      emptied.push(slot)
    }
    return emptied
  }

  /** Gives slots that are empty to the next rooms. */
  #free(slots: readonly number[]): void {
    for (const slot of slots) {
      this.#leftSlots.delete(slot)
      this.#freeSlots.push(slot)
    }
  }

  #tablesIn(slot: number): RoomTables {
    let tables = this.#tables.get(slot)
    if (tables === undefined) {
      tables = this.#makeTables(slot)
      this.#tables.set(slot, tables)
    }
    return tables
  }

  #makeTables(slot: number): RoomTables {
    return new RoomTables(this.#database, slot, this.#keyOf)
  }
}
