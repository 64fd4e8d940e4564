import { type Types, trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import { callMongoPatiently } from './call-mongo.ts'
import type { MongoGifs } from './gif-files.ts'
import type { Models } from './models.ts'
import { isInternalError } from './mongo-error.ts'
import type { MongoNodes } from './mongo-nodes.ts'

/** How many rooms are purged with the same calls. Others get their turn in between. */
const PURGED_TOGETHER = 500
/**
 * How many messages are deleted with one call where MongoDB refuses to delete all. FerretDB reads
 * every message for each call, and keeps writes of others waiting for a part of it.
 */
const DELETED_TOGETHER = 15_000

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

/** Deletes all messages of these rooms, if need be at most so many with each call. */
export async function deleteMongoMessages(
  Chat: Models['Chat'],
  rooms: readonly RoomId[],
  most = DELETED_TOGETHER,
): Promise<void> {
  for (const some of slicesOf(rooms)) {
    try {
      await callMongoPatiently(() => Chat.deleteMany({ room: trusted({ $in: some }) }))
    } catch (error) {
      if (!isInternalError(error)) throw error
      await deleteInParts(Chat, some, most)
    }
  }
}

/** Deletes so many of the messages with each call, by their ids. */
async function deleteInParts(Chat: Models['Chat'], rooms: readonly RoomId[], most: number): Promise<void> {
  const find = () =>
    Chat.find({ room: trusted({ $in: rooms }) })
      .select('_id')
      .limit(most)
      .batchSize(most)
      .lean()
  for (;;) {
    const ids = (await callMongoPatiently(find)).map(({ _id }) => _id)
    if (ids.length > 0) await callMongoPatiently(() => Chat.deleteMany(among(ids)))
    if (ids.length < most) return
  }
}

/**
 * FerretDB compares each message with one id after the other. The range, in the order of their
 * hexadecimal digits, spares it that for the messages of other rooms.
 */
function among(ids: readonly Types.ObjectId[]) {
  const sorted = ids.toSorted()
  return { _id: trusted({ $gte: sorted[0], $lte: sorted.at(-1), $in: sorted }) }
}

function* slicesOf(rooms: readonly RoomId[]): Iterable<readonly RoomId[]> {
  for (let start = 0; start < rooms.length; start += PURGED_TOGETHER)
    yield rooms.slice(start, start + PURGED_TOGETHER)
}
