import { trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import { callMongoPatiently } from './call-mongo.ts'
import type { MongoGifs } from './gif-files.ts'
import type { Models } from './models.ts'

/** How many rooms are purged with the same calls. Others get their turn in between. */
const PURGED_TOGETHER = 500
/**
 * How many messages are deleted with one call. FerretDB keeps posts waiting meanwhile, and refuses
 * to delete more than 32,766.
 */
const DELETED_TOGETHER = 5_000

/** Deletes rooms with their messages and GIFs. */
export async function purgeMongoRooms(
  { Room, Chat }: Models,
  gifs: MongoGifs,
  rooms: readonly RoomId[],
): Promise<void> {
  for (let start = 0; start < rooms.length; start += PURGED_TOGETHER) {
    const some = rooms.slice(start, start + PURGED_TOGETHER)
    const these = trusted({ $in: some })
    // The mark is the one atomic step. Everything after it can be done again.
    await callMongoPatiently(() => Room.updateMany({ _id: these }, { purging: true }))
    await deleteMongoMessages(Chat, some)
    await gifs.deleteGifsOf(some)
    await callMongoPatiently(() => Room.deleteMany({ _id: these }))
  }
}

/**
 * Deletes all messages of these rooms, by their ids: on FerretDB a filter that names the rooms and
 * how far each is to be deleted takes a minute.
 */
export async function deleteMongoMessages(Chat: Models['Chat'], rooms: readonly RoomId[]): Promise<void> {
  const these = { room: trusted({ $in: rooms }) }
  for (;;) {
    const find = () =>
      Chat.find(these).select('_id').limit(DELETED_TOGETHER).batchSize(DELETED_TOGETHER).lean()
    const found = await callMongoPatiently(find)
    if (found.length === 0) return
    const ids = trusted({ $in: found.map(({ _id }) => _id) })
    await callMongoPatiently(() => Chat.deleteMany({ _id: ids }))
    if (found.length < DELETED_TOGETHER) return
  }
}
