import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChatMessage, GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import type { AppendBatch, Appended, ChatStore, FoundRoom, StoredRoom } from '../../chat/chat-store.ts'
import { type Durability, openDatabase } from './open-database.ts'
import { RoomsTable } from './rooms-table.ts'
import { SEGMENT_MESSAGES } from './segments-table.ts'
import { loadSetting } from './settings-table.ts'
import { toStoreError } from './sqlite-error.ts'
import { Transactions } from './transactions.ts'

/** Opens the store that lives in one file of `directory`; throws what `openDatabase` throws. */
export async function openEmbeddedStore(options: {
  readonly directory: string
  readonly durability: Durability
}): Promise<ChatStore> {
  return new EmbeddedStore(openDatabase(options.directory, options.durability))
}

/** `ChatStore` on an open database of `openDatabase`; SQLite works in the calling thread, a commit takes microseconds. */
export class EmbeddedStore implements ChatStore {
  readonly kind = 'embedded'
  readonly #database: DatabaseSync
  readonly #transactions: Transactions
  readonly #rooms: RoomsTable

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#transactions = new Transactions(database)
    this.#rooms = new RoomsTable(database, this.#transactions)
  }

  async createRoom(room: StoredRoom): Promise<void> {
    this.#attempt(() => this.#rooms.add(room))
  }

  async findRooms(): Promise<readonly FoundRoom[]> {
    return this.#attempt(() =>
      this.#rooms.all().map(room => {
        const tables = this.#rooms.tablesOf(room.id)
        return { ...room, lastSeq: tables?.lastSeq() ?? 0, gifBytes: tables?.gifBytes() ?? 0 }
      }),
    )
  }

  async recover(): Promise<void> {
    this.#attempt(() => {
      for (const room of this.#rooms.all()) this.#rooms.tablesOf(room.id)?.deleteUnpostedGifs()
    })
    await this.#sweep()
  }

  async appendMessages(batches: readonly AppendBatch[]): Promise<readonly (readonly Appended[])[]> {
    return this.#attempt(() => {
      const appends = batches.map(batch => ({ batch, tables: this.#rooms.tablesFor(batch.room) }))
      const append = () => appends.map(({ batch, tables }) => tables.append(batch))
      const [first] = batches
      // One row alone is stored whole or not at all without a transaction, which would cost more than the row.
      const isOneRow = batches.length === 1 && (first?.messages.length ?? 0) <= SEGMENT_MESSAGES
      try {
        const outcomes = isOneRow ? append() : this.#transactions.run(append)
        for (const { tables } of appends) tables.trim(this.#transactions)
        return outcomes
      } catch (error) {
        for (const { tables } of appends) tables.forget()
        throw error
      }
    })
  }

  async readMessages(
    room: RoomId,
    {
      afterSeq = 0,
      beforeSeq = Number.MAX_SAFE_INTEGER,
      limit,
      from = 'newest',
    }: Parameters<ChatStore['readMessages']>[1],
  ): Promise<readonly ChatMessage[]> {
    return this.#attempt(() => this.#rooms.tablesOf(room)?.read(afterSeq, beforeSeq, limit, from) ?? [])
  }

  async saveGif(room: RoomId, gif: GifInfo, bytes: Uint8Array): Promise<void> {
    this.#attempt(() => this.#rooms.tablesFor(room).saveGif(gif, bytes))
  }

  async findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    return this.#attempt(() => this.#rooms.tablesOf(room)?.findGif(gif))
  }

  async readGif(room: RoomId, gif: GifId): Promise<Uint8Array | undefined> {
    return this.#attempt(() => this.#rooms.tablesOf(room)?.readGif(gif))
  }

  async deleteGif(room: RoomId, gif: GifId): Promise<void> {
    this.#attempt(() => this.#rooms.tablesOf(room)?.deleteGif(gif))
  }

  async purgeRooms(rooms: readonly RoomId[]): Promise<void> {
    this.#attempt(() => this.#rooms.end(rooms))
    await this.#sweep()
  }

  async loadSecret(candidate: string): Promise<string> {
    return this.#attempt(() => loadSetting(this.#database, 'secret', candidate))
  }

  async ping(): Promise<void> {
    this.#attempt(() => this.#database.prepare('SELECT 1').get())
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  /**
   * Deletes what rooms that ended have left, gives freed pages back and empties the write-ahead log, where what was
   * deleted can still be read: step by step, so that living rooms get their turn meanwhile.
   */
  async #sweep(): Promise<void> {
    while (this.#rooms.hasLeftovers) {
      const steps = [
        () => this.#database.exec('PRAGMA incremental_vacuum'),
        () => this.#database.exec('PRAGMA wal_checkpoint'),
        () => this.#rooms.sweep(),
      ]
      for (const step of steps) {
        await nextTurn()
        this.#attempt(step)
      }
    }
    this.#attempt(() => this.#database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)'))
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw toStoreError(error)
    }
  }
}
