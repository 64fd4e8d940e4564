import { trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import { callMongoPatiently } from './call-mongo.ts'
import type { MongoGifs } from './gif-files.ts'
import type { Models } from './models.ts'
import { deleteMongoMessages } from './purge-rooms.ts'

/**
 * Deletes what belongs to nothing, and returns how much that was. A write whose caller has given up
 * can still be carried out, even after the purge of its room. Children are looked up before their
 * parents. So nothing of a room that is opened meanwhile is taken for an orphan.
 */
export async function deleteMongoOrphans(models: Models, gifs: MongoGifs): Promise<number> {
  const { Room, Chat, Takeover } = models
  const roomsOfChats = await callMongoPatiently(() => Chat.distinct('room'))
  const takenRooms = await callMongoPatiently(() => Takeover.distinct('room'))
  const gifsOfRooms = await gifs.findAllFiles()
  const rooms: ReadonlySet<RoomId> = new Set(await callMongoPatiently(() => Room.distinct('_id')))
  const orphaned = roomsOfChats.filter(room => !rooms.has(room))
  if (orphaned.length > 0) await deleteMongoMessages(Chat, orphaned)
  const taken = takenRooms.filter(room => !rooms.has(room))
  const takeovers = { room: trusted({ $in: taken }) }
  if (taken.length > 0) await callMongoPatiently(() => Takeover.deleteMany(takeovers))
  return orphaned.length + (await gifs.deleteOrphanedFiles(gifsOfRooms, rooms))
}

/**
 * Sweeps some time after a write failed, and again until the sweep succeeds. Writes that go on
 * failing put no sweep off: another one follows it.
 */
export class MongoOrphanSweeper {
  readonly #sweep: () => Promise<number>
  readonly #delayMs: number
  readonly #log: CoreLog
  #timer: NodeJS.Timeout | undefined
  /** Something failed while a sweep was being waited for, and may be carried out after it. */
  #isAskedAgain = false
  #isStopped = false

  constructor(options: { sweep: () => Promise<number>; delayMs: number; log: CoreLog }) {
    this.#sweep = options.sweep
    this.#delayMs = options.delayMs
    this.#log = options.log
  }

  sweepLater(): void {
    if (this.#isStopped) return
    this.#isAskedAgain = this.#timer !== undefined
    this.#timer ??= setTimeout(() => this.#sweepNow(), this.#delayMs).unref()
  }

  stopSweeping(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #sweepNow(): Promise<void> {
    this.#timer = undefined
    if (this.#isAskedAgain) this.sweepLater()
    try {
      const count = await this.#sweep()
      if (count > 0) this.#log.info({ count }, 'deleted what late writes may have left')
    } catch {
      this.sweepLater()
    }
  }
}
