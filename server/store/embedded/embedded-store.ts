import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChatMessage, GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type Appended,
  type ChatStore,
  type FoundRoom,
  type StoredRoom,
  StoreUnavailableError,
} from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import type { Durability, Journal } from './journal.ts'
import { openDataDirectory } from './open-data-directory.ts'
import { RoomsTable } from './rooms-table.ts'
import { loadSetting } from './settings-table.ts'
import { toStoreError } from './sqlite-error.ts'
import { Transactions } from './transactions.ts'

/** Opens the store that lives in `directory`; throws what `openDataDirectory` throws. */
export async function openEmbeddedStore(options: {
  readonly directory: string
  readonly durability: Durability
  readonly log: CoreLog
}): Promise<ChatStore> {
  const opened = openDataDirectory(options.directory, options.durability)
  try {
    return new EmbeddedStore({ ...opened, log: options.log })
  } catch (error) {
    opened.database.close()
    opened.journal.close()
    throw error
  }
}

/**
 * `ChatStore` on what `openDataDirectory` opened. Messages are durable when they are in the journal, and go to the tables many
 * at a time. All of it works in the calling thread: an append takes microseconds.
 */
export class EmbeddedStore implements ChatStore {
  readonly kind = 'embedded'
  readonly #database: DatabaseSync
  readonly #journal: Journal
  readonly #transactions: Transactions
  readonly #rooms: RoomsTable

  constructor({ database, journal, log }: { database: DatabaseSync; journal: Journal; log: CoreLog }) {
    this.#database = database
    this.#journal = journal
    this.#transactions = new Transactions(database)
    this.#rooms = new RoomsTable(database, this.#transactions)
    const { batches, tornLines } = journal.read()
    let lost = 0
    for (const batch of batches) {
      const tables = this.#rooms.tablesOf(batch.room)
      // The tables may have it, or the room may have ended, before the journal was cleared.
      if (tables?.lastSeq() === batch.firstSeq - 1) tables.keep(tables.append(batch).entry.segments)
      // What a torn line had came between.
      else if (tables !== undefined && tables.lastSeq() < batch.firstSeq) lost += batch.messages.length
    }
    if (tornLines > 0) {
      log.warn(
        { lines: tornLines, messagesAfter: lost },
        'lost torn lines of the journal, and what came after them',
      )
    }
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
      this.#checkpoint()
      this.#settle()
      for (const room of this.#rooms.all()) this.#rooms.tablesOf(room.id)?.deleteUnpostedGifs()
    })
    await this.#sweep()
  }

  async appendMessages(batches: readonly AppendBatch[]): Promise<readonly (readonly Appended[])[]> {
    return this.#attempt(() => {
      if (this.#journal.isFull) this.#settle()
      const appends = batches.map(batch => ({ batch, tables: this.#rooms.tablesFor(batch.room) }))
      try {
        const noted = appends.map(({ batch, tables }) => tables.append(batch))
        const entries = noted.map(({ entry }) => entry)
        if (entries.some(({ segments }) => segments.length > 0)) {
          const journaled = this.#journal.append(entries)
          for (const [index, { tables }] of appends.entries()) tables.keep(journaled[index] ?? [])
        }
        return noted.map(({ outcomes }) => outcomes)
      } catch (error) {
        for (const { tables } of appends) tables.undo()
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
    try {
      this.#attempt(() => this.#rooms.end(rooms))
      await this.#sweep()
    } catch (error) {
      this.#attempt(() => this.#checkpoint())
      throw error
    }
  }

  async loadSecret(candidate: string): Promise<string> {
    return this.#attempt(() => loadSetting(this.#database, 'secret', candidate))
  }

  async ping(): Promise<void> {
    this.#attempt(() => this.#database.prepare('SELECT 1').get())
  }

  async close(): Promise<void> {
    if (!this.#database.isOpen) return
    try {
      this.#attempt(() => this.#settle())
    } catch (error) {
      // What the tables do not take just now stays in the journal for the next server.
      if (!(error instanceof StoreUnavailableError)) throw error
    } finally {
      this.#database.close()
      this.#journal.close()
    }
  }

  /**
   * Deletes what rooms that ended have left, gives freed pages back and empties the write-ahead log and the journal, where
   * what was deleted can still be read: step by step, so that living rooms get their turn meanwhile.
   */
  async #sweep(): Promise<void> {
    while (this.#rooms.hasLeftovers) {
      const steps = [
        () => this.#checkpoint(),
        () => this.#database.exec('PRAGMA incremental_vacuum'),
        () => this.#checkpoint(),
        () => this.#rooms.sweep(),
      ]
      for (const step of steps) {
        await nextTurn()
        this.#attempt(step)
      }
    }
    this.#attempt(() => {
      this.#checkpoint()
      this.#settle()
      this.#database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)')
    })
  }

  /** Makes the log's space free for what is written next: on a full disk there is no other. */
  #checkpoint(): void {
    this.#database.exec('PRAGMA wal_checkpoint')
  }

  /** Moves what is in the journal to the tables. */
  #settle(): void {
    const unsettled = this.#rooms.unsettled()
    if (unsettled.length > 0) {
      this.#transactions.run(() => {
        for (const tables of unsettled) tables.settle()
      })
      for (const tables of unsettled) tables.settled()
    }
    this.#journal.clear()
    for (const tables of unsettled) tables.trim(this.#transactions)
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw toStoreError(error)
    }
  }
}
