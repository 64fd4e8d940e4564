import { trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import type { MongoGifs } from './gif-files.ts'
import type { Models } from './models.ts'

/** How many rooms are purged with the same calls. Others get their turn in between. */
const PURGED_TOGETHER = 100
/** Messages that are deleted with one call when all at once were too many. */
const DELETED_TOGETHER = 5_000

/**
 * Deletes rooms with their messages and GIFs. `long` are rooms whose messages could not be deleted
 * with one call. It is kept from purge to purge, and brought up to date.
 */
export async function purgeMongoRooms(
  models: Models,
  gifs: MongoGifs,
  rooms: readonly RoomId[],
  long: Set<RoomId>,
): Promise<void> {
  for (let start = 0; start < rooms.length; start += PURGED_TOGETHER) {
    const some = rooms.slice(start, start + PURGED_TOGETHER)
    const these = trusted({ $in: some })
    // The mark is the one atomic step. Everything after it can be done again.
    await models.Room.updateMany({ _id: these }, { purging: true })
    await deleteMessages(models.Chat, some, long)
    await gifs.deleteGifsOf(some)
    await models.Room.deleteMany({ _id: these })
    for (const room of some) long.delete(room)
  }
}

/** With one call, unless it was too much for one before. */
async function deleteMessages(
  Chat: Models['Chat'],
  rooms: readonly RoomId[],
  long: Set<RoomId>,
): Promise<void> {
  if (rooms.some(room => long.has(room))) {
    for (const room of rooms) await deleteInSlices(Chat, room)
    return
  }
  try {
    await Chat.deleteMany({ room: trusted({ $in: rooms }) })
  } catch (error) {
    for (const room of rooms) long.add(room)
    throw error
  }
}

/** Deletes the oldest messages first. What is left when a call fails has no hole. */
async function deleteInSlices(Chat: Models['Chat'], room: RoomId): Promise<void> {
  for (;;) {
    const oldest = await Chat.findOne({ room }).sort({ seq: 1 }).select('seq').lean()
    if (oldest === null) return
    await Chat.deleteMany({ room, seq: trusted({ $lt: oldest.seq + DELETED_TOGETHER }) })
  }
}
