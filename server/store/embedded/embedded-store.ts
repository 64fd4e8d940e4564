import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChatMessage, GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type BatchOutcome,
  type ChatStore,
  type FoundRoom,
  type LoadedRoom,
  type MessageRange,
  NO_ROOM,
  RoomGoneError,
  type StoredGif,
  type StoredRoom,
  StoreUnavailableError,
} from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import { FewAtOnce } from '../../turns/few-at-once.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { noteRoomBatch } from './note-room-batch.ts'
import { OPEN_FILES, OpenStoreFiles } from './open-store-files.ts'
import { type RoomContext, RoomDataDirectory } from './room-data-directory.ts'
import { storeErrorOfFileError, storeFaultOfRoom } from './store-error.ts'
import { type Durability, flushStoreDirectory, readStoreFile, writeStoreFile } from './store-files.ts'
import { StoreWriteWatch, tryStoreWrite } from './store-write-watch.ts'
import { moveStoreFileAway, wipeStoreDirectoryContents } from './wipe-store-files.ts'

/** Checked before an id becomes part of a path. */
const ROOM_ID = /^[\w-]{1,64}$/
/** Rooms that are written before they are flushed together: their files have to be open. */
const FLUSHED_TOGETHER = OPEN_FILES / 2
/** Rooms that are looked at before others get their turn. */
const FOUND_TOGETHER = 20

/** Opens the store that lives in `directory`; rejects as `openDataDirectory` does. */
export async function openEmbeddedStore(options: {
  readonly directory: string
  readonly durability: Durability
  readonly log: CoreLog
}): Promise<ChatStore> {
  const { directory, durability, log } = options
  return new EmbeddedStore(await openDataDirectory(directory, durability), { durability, log })
}

/**
 * `ChatStore` on a data directory, in which a room is a directory. Its life:
 *
 * 1. Open. The directory is locked for this process. Memory knows the names of the rooms, and no
 *    more.
 * 2. Recover. What rooms that ended have left is wiped, like rooms whose creation was not finished
 *    and GIFs that no message shows. Nothing is left to sweep.
 * 3. Create. `rooms/<id>/` is made. It is a room once a file in it is renamed to `room.json`.
 * 4. Load. Before a room is read or written for the first time, all its messages are read, in
 *    slices between which others get their turn: memory keeps where they are and under which ids
 *    they were sent. The first line that is not whole ends a room.
 * 5. Append. Each new message gets its `seq` and becomes a line. A room's lines are written with
 *    one call behind what is kept; `power` flushes the files of all rooms at once. Only when that
 *    went well for all of them is it kept in memory, and marks the GIFs as posted. Otherwise all is
 *    as before, and the lines are cut off before the next are written.
 * 6. Read. Memory knows where in its file each message is.
 * 7. Trim. The file of a room's oldest segment is renamed into `ended/`, overwritten and deleted.
 * 8. Purge. `rooms/<id>/` is renamed into `ended/`, and the room is gone. Then its files are
 *    overwritten and deleted, one after the other, while others are served.
 * 9. Close. What is under way is finished, and the lock is released.
 */
class EmbeddedStore implements ChatStore {
  readonly kind = 'embedded'
  readonly #directory: DataDirectory
  readonly #context: RoomContext
  readonly #rooms: Map<RoomId, RoomDataDirectory>
  readonly #watch: StoreWriteWatch
  /** Done when nothing is being appended: one call at a time. */
  #appending: Promise<unknown> | undefined
  /** Done when no room is being trimmed. */
  #trimming: Promise<unknown> = Promise.resolve()
  /** Done when nothing is being wiped. */
  #wiping: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(directory: DataDirectory, { durability, log }: Pick<RoomContext, 'durability' | 'log'>) {
    this.#directory = directory
    this.#context = { files: new OpenStoreFiles(), creations: new FewAtOnce(1), durability, log }
    this.#watch = new StoreWriteWatch(() => tryStoreWrite(directory.check, durability), log)
    const entries = readdirSync(directory.rooms, { withFileTypes: true })
    const ids = entries.filter(entry => entry.isDirectory() && ROOM_ID.test(entry.name))
    this.#rooms = new Map(ids.map(({ name }) => [name, this.#directoryOf(name)]))
  }

  createRoom(room: StoredRoom): Promise<void> {
    return this.#write(async () => {
      if (!ROOM_ID.test(room.id)) throw new Error('not the id of a room')
      if (this.#rooms.has(room.id)) throw new Error(`a room has the id ${room.id} already`)
      const directory = this.#directoryOf(room.id)
      this.#rooms.set(room.id, directory)
      try {
        await directory.createDirectory(room)
        if (this.#context.durability === 'power') await flushStoreDirectory(this.#directory.rooms)
      } catch (error) {
        this.#rooms.delete(room.id)
        throw error
      }
    })
  }

  findRooms(): Promise<readonly FoundRoom[]> {
    return this.#attempt(async () => {
      const found: FoundRoom[] = []
      for (const [index, directory] of [...this.#rooms.values()].entries()) {
        const room = directory.foundRoom()
        if (room !== undefined) found.push(room)
        if (index % FOUND_TOGETHER === 0) await nextTurn()
      }
      return found.sort((a, b) => a.createdAt - b.createdAt)
    })
  }

  recover(): Promise<void> {
    return this.#attempt(async () => {
      const unfinished = [...this.#rooms.values()].filter(room => room.storedRoom() === undefined)
      await this.#end(unfinished)
      for (const room of this.#rooms.values()) await room.deleteUnpostedGifs()
    })
  }

  sweepLeftovers(): Promise<void> {
    return this.ping()
  }

  loadRoom(id: RoomId, limit: number): Promise<LoadedRoom> {
    return this.#attempt(async () => (await this.#rooms.get(id)?.loadedRoom(limit)) ?? NO_ROOM)
  }

  async appendMessages(batches: readonly AppendBatch[]): Promise<readonly BatchOutcome[]> {
    while (this.#appending !== undefined) await this.#appending
    const outcomes = this.#write(() => this.#append(batches))
    const appended = () => {
      this.#appending = undefined
    }
    this.#appending = outcomes.then(appended, appended)
    return outcomes
  }

  readMessages(id: RoomId, range: MessageRange): Promise<readonly ChatMessage[]> {
    return this.#attempt(async () => {
      const room = this.#rooms.get(id)
      if (room?.isLoaded === false) await room.loadMessages()
      return room?.readMessages(range) ?? []
    })
  }

  trimRoom(id: RoomId, mostBytes: number): Promise<number> {
    return this.#attempt(async () => {
      const trimmed = this.#trimming.then(async () => {
        await this.#rooms
          .get(id)
          ?.trimMessages(mostBytes, path => moveStoreFileAway(path, this.#directory.ended))
        await this.#wipeEnded()
      })
      this.#trimming = trimmed.catch(() => {})
      await trimmed
      return this.#rooms.get(id)?.messageBytes ?? 0
    })
  }

  saveGif(room: RoomId, gif: GifInfo, bytes: Uint8Array): Promise<void> {
    const saved = this.#attempt(() => this.#living(room).gifs.saveGif(gif, bytes))
    // A message may still fit where a GIF does not.
    saved.catch(error => this.#watch.doubtWrites(error))
    return saved
  }

  findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    return this.#attempt(async () => this.#rooms.get(room)?.gifs.findGif(gif))
  }

  readGif(room: RoomId, gif: GifId): Promise<StoredGif | undefined> {
    return this.#attempt(async () => this.#rooms.get(room)?.gifs.readGif(gif))
  }

  deleteGif(room: RoomId, gif: GifId): Promise<void> {
    return this.#attempt(async () => this.#rooms.get(room)?.gifs.deleteGif(gif))
  }

  purgeRooms(ids: readonly RoomId[]): Promise<void> {
    return this.#attempt(() => this.#end(ids.flatMap(id => this.#rooms.get(id) ?? [])))
  }

  loadSecret(candidate: string): Promise<string> {
    return this.#attempt(async () => {
      const path = this.#directory.secret
      const secret = readStoreFile(path)?.toString() ?? ''
      if (secret === '') await writeStoreFile(path, candidate, this.#context.durability)
      return secret === '' ? candidate : secret
    })
  }

  ping(): Promise<void> {
    return this.#attempt(() => this.#watch.ensureWritable())
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#watch.stopWatch()
    await this.#appending
    await Promise.all([this.#context.creations.takePlace(async () => {}), this.#trimming, this.#wiping])
    for (const room of this.#rooms.values()) await room.gifs.untilGifsSaved()
    this.#context.files.closeAll()
    await this.#directory.lock.release()
  }

  async #append(batches: readonly AppendBatch[]): Promise<readonly BatchOutcome[]> {
    const rooms: (RoomDataDirectory | Error)[] = []
    for (const { room: id } of batches) {
      const room = this.#rooms.get(id)
      rooms.push(room?.isLoaded ? room : await this.#loadedRoom(id))
    }
    const living = rooms.filter(room => room instanceof RoomDataDirectory)
    try {
      const outcomes = batches.map((batch, index) => noteRoomBatch(batch, rooms[index]))
      const noted = [...new Set(living)].filter(room => room.hasNotedMessages)
      for (let start = 0; start < noted.length; start += FLUSHED_TOGETHER) {
        const together = noted.slice(start, start + FLUSHED_TOGETHER)
        for (const room of together) room.writeNoted()
        if (this.#context.durability === 'power') await Promise.all(together.map(room => room.flushWritten()))
      }
      for (const room of noted) room.keepWritten()
      return outcomes
    } catch (error) {
      for (const room of living) room.forgetNoted()
      throw error
    }
  }

  /** The room, or why it can't be written. That must not touch the other rooms of a write. */
  async #loadedRoom(id: RoomId): Promise<RoomDataDirectory | Error> {
    try {
      const room = this.#living(id)
      if (!room.isLoaded) await room.loadMessages()
      return room
    } catch (error) {
      const fault = storeFaultOfRoom(error)
      const { message: reason } = fault
      if (!(fault instanceof RoomGoneError))
        this.#context.log.warn({ room: id, reason }, 'a room is unreadable')
      return fault
    }
  }

  async #end(rooms: readonly RoomDataDirectory[]): Promise<void> {
    while (this.#appending !== undefined) await this.#appending
    // Each begins at once. One that can't be moved away keeps none of the others.
    const ended = await Promise.allSettled(rooms.map(room => this.#endRoom(room)))
    await this.#wipeEnded()
    for (const end of ended) if (end.status === 'rejected') throw end.reason
  }

  async #endRoom(room: RoomDataDirectory): Promise<void> {
    if (this.#rooms.get(room.id) !== room) return // it ended meanwhile
    room.closeFiles() // Windows renames no directory with open files in it
    moveStoreFileAway(room.path, this.#directory.ended)
    this.#rooms.delete(room.id)
    await room.endDirectory()
  }

  #wipeEnded(): Promise<void> {
    const wiped = this.#wiping.then(() =>
      wipeStoreDirectoryContents(this.#directory.ended, this.#context.durability),
    )
    this.#wiping = wiped.catch(() => {})
    return wiped
  }

  #living(id: RoomId): RoomDataDirectory {
    const room = this.#rooms.get(id)
    if (room === undefined) throw new RoomGoneError(`there is no room ${id}`)
    return room
  }

  #directoryOf(id: RoomId): RoomDataDirectory {
    return new RoomDataDirectory(join(this.#directory.rooms, id), id, this.#context)
  }

  #write<Result>(work: () => Promise<Result>): Promise<Result> {
    const written = this.#attempt(work)
    written.catch(error => this.#watch.noteFailedWrite(error))
    return written
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      if (this.#isClosed) throw new StoreUnavailableError('the embedded store is closed')
      return await work()
    } catch (error) {
      throw storeErrorOfFileError(error)
    }
  }
}
