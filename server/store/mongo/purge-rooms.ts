import { type Types, trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import { callMongoPatiently } from './call-mongo.ts'
import type { MongoGifs } from './gif-files.ts'
import type { Models } from './models.ts'
import type { MongoNodes } from './mongo-nodes.ts'

/** How many rooms are purged with the same calls. */
const PURGED_TOGETHER = 2_000
/**
 * How many messages are deleted with one call. FerretDB reads every message for each call, keeps
 * writes of others waiting for a part of it, and refuses to delete more than 32,766.
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

/** Deletes all messages of these rooms: with each call at most so many. */
export async function deleteMongoMessages(
  Chat: Models['Chat'],
  rooms: readonly RoomId[],
  most = DELETED_TOGETHER,
): Promise<void> {
  for (const some of slicesOf(rooms)) {
    for (const together of groupsOf(await countMessages(Chat, some), most)) {
      const these = { room: trusted({ $in: together.rooms }) }
      if (together.messages > most) await deleteInParts(Chat, together.rooms, most)
      else await callMongoPatiently(() => Chat.deleteMany(these))
    }
  }
}

interface RoomMessages {
  readonly _id: RoomId
  readonly count: number
}

/** How many messages each of these rooms has, if it has any. One query along an index. */
function countMessages(Chat: Models['Chat'], rooms: readonly RoomId[]): Promise<readonly RoomMessages[]> {
  const count = () =>
    Chat.aggregate<RoomMessages>([
      { $match: { room: { $in: [...rooms] } } },
      { $group: { _id: '$room', count: { $sum: 1 } } },
    ]).option({ batchSize: PURGED_TOGETHER })
  return callMongoPatiently(count)
}

/** Puts rooms together that have `most` messages together. A room with more stands alone. */
function groupsOf(
  counted: readonly RoomMessages[],
  most: number,
): readonly { readonly rooms: readonly RoomId[]; readonly messages: number }[] {
  const groups: { rooms: RoomId[]; messages: number }[] = []
  for (const { _id: room, count } of counted) {
    const last = groups.at(-1)
    if (last === undefined || last.messages + count > most) {
      groups.push({ rooms: [room], messages: count })
      continue
    }
    last.rooms.push(room)
    last.messages += count
  }
  return groups
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
