import type { GifId, RoomId } from '../../../protocol/model.ts'
import type { LoadedRoom } from '../../chat/chat-store.ts'
import type { MongoGifs } from './gif-files.ts'
import { type Models, messageOfChat } from './models.ts'

/** A loaded room, and what all messages that it ever had have in bytes. */
interface LoadedMongoRoom extends LoadedRoom {
  readonly totalBytes: number
}

/**
 * See `ChatStore.loadRoom`. One query along an index suffices for a room that has fewer messages
 * than `limit`.
 */
export async function loadMongoRoom(
  { Chat }: Models,
  gifs: MongoGifs,
  room: RoomId,
  limit: number,
): Promise<LoadedMongoRoom> {
  const newestFirst = await Chat.find({ room }).sort({ seq: -1 }).limit(limit).lean()
  const isWhole = newestFirst.length < limit
  const oldest = isWhole
    ? newestFirst.at(-1)
    : await Chat.findOne({ room }).sort({ seq: 1 }).select('bytesBefore').lean()
  const findShownGifs = async (): Promise<readonly GifId[]> =>
    isWhole ? newestFirst.flatMap(({ gif }) => gif?.id ?? []) : await Chat.distinct('gif.id', { room })
  const totalBytes = newestFirst[0]?.bytesAfter ?? 0
  return {
    messages: newestFirst.map(messageOfChat).reverse(),
    messageBytes: totalBytes - (oldest?.bytesBefore ?? 0),
    gifBytes: await gifs.keepPostedGifs(room, findShownGifs),
    totalBytes,
  }
}
