import { type Types, trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import { callMongoPatiently } from './call-mongo.ts'
import type { MongoGifs } from './gif-files.ts'
import type { Models } from './models.ts'
import type { MongoNodes } from './mongo-nodes.ts'

/** How many rooms are purged with the same calls. Others get their turn in between. */
const PURGED_TOGETHER = 500
/**
 * How many messages are deleted with one call. FerretDB reads every message for each call, keeps
 * posts waiting for a part of it, and refuses to delete more than 32,766.
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

/** Deletes all messages of these rooms: with each call at most so many of those that were found. */
export async function deleteMongoMessages(
  Chat: Models['Chat'],
  rooms: readonly RoomId[],
  most = DELETED_TOGETHER,
): Promise<void> {
  for (const some of slicesOf(rooms)) {
    let isAll = false
    while (!isAll) {
      const ids = await findMessageIds(Chat, some, most)
      isAll = ids.length < most
      if (ids.length > 0)
        await callMongoPatiently(() => Chat.deleteMany(isAll ? messagesOf(some) : among(ids)))
    }
  }
}

async function findMessageIds(Chat: Models['Chat'], rooms: readonly RoomId[], most: number) {
  const find = () => Chat.find(messagesOf(rooms)).select('_id').limit(most).batchSize(most).lean()
  return (await callMongoPatiently(find)).map(({ _id }) => _id)
}

const messagesOf = (rooms: readonly RoomId[]) => ({ room: trusted({ $in: rooms }) })

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
