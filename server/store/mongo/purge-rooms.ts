import { trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import { callMongoPatiently } from './call-mongo.ts'
import type { MongoGifs } from './gif-files.ts'
import type { Models } from './models.ts'
import type { MongoNodes } from './mongo-nodes.ts'

/** How many rooms are purged with the same calls. Others get their turn in between. */
const PURGED_TOGETHER = 500
/**
 * How many messages are deleted with one call. FerretDB keeps posts waiting meanwhile, and refuses
 * to delete more than 32,766.
 */
const DELETED_TOGETHER = 5_000

/**
 * Deletes rooms with their messages and GIFs. A room is gone with its document, which is the one
 * atomic step. What is left then belongs to no room. If this is cut short, the sweep deletes it.
 * Of several `nodes`, one purges its own rooms only.
 */
export async function purgeMongoRooms(
  { Room, Chat }: Models,
  { gifs, nodes }: { readonly gifs: MongoGifs; readonly nodes: MongoNodes | undefined },
  rooms: readonly RoomId[],
): Promise<void> {
  for (const some of slicesOf(rooms)) {
    const these = { _id: trusted({ $in: some }) }
    if (nodes === undefined) await callMongoPatiently(() => Room.deleteMany(these))
    const ended = nodes === undefined ? some : await nodes.endRooms(some)
    await deleteMongoMessages(Chat, ended)
    await gifs.deleteGifsOf(ended)
  }
}

/** Deletes all messages of these rooms. */
export async function deleteMongoMessages(Chat: Models['Chat'], rooms: readonly RoomId[]): Promise<void> {
  for (const some of slicesOf(rooms)) while (await deleteSomeMessages(Chat, some));
}

/**
 * Deletes up to `DELETED_TOGETHER` messages of these rooms, and resolves with whether there may be
 * more. They are deleted by their ids: on FerretDB, a filter that names rooms and how far each is
 * to be deleted takes a minute. FerretDB compares each message with one id after the other, and the
 * range spares it that for most.
 */
async function deleteSomeMessages(Chat: Models['Chat'], rooms: readonly RoomId[]): Promise<boolean> {
  const find = () =>
    Chat.find({ room: trusted({ $in: rooms }) })
      .select('_id')
      .limit(DELETED_TOGETHER)
      .batchSize(DELETED_TOGETHER)
      .lean()
  // They sort as the hexadecimal numbers that they are.
  const ids = (await callMongoPatiently(find)).map(({ _id }) => _id).sort()
  if (ids.length === 0) return false
  const these = { _id: trusted({ $gte: ids[0], $lte: ids.at(-1), $in: ids }) }
  await callMongoPatiently(() => Chat.deleteMany(these))
  return ids.length === DELETED_TOGETHER
}

function* slicesOf(rooms: readonly RoomId[]): Iterable<readonly RoomId[]> {
  for (let start = 0; start < rooms.length; start += PURGED_TOGETHER)
    yield rooms.slice(start, start + PURGED_TOGETHER)
}
