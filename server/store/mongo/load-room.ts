import type { GifId, RoomId } from '../../../protocol/model.ts'
import type { LoadedRoom } from '../../chat/chat-store.ts'
import { callMongoTwice } from './call-mongo.ts'
import type { MongoLink } from './connect.ts'
import type { MongoGifs } from './gif-files.ts'
import { type ChatDocument, type Models, messageOfMongoChat } from './models.ts'
import { SharedReads } from './read-chats.ts'

/**
 * How long a query may take, in milliseconds. People wait for it, and without it they can't come
 * back. FerretDB reads some 10,000 messages a second.
 */
const LONGEST_QUERY_MS = 10_000

/** A loaded room, and its newest message, if it has any. */
interface LoadedMongoRoom extends LoadedRoom {
  readonly newest: ChatDocument | undefined
}

/** Loads rooms of an earlier run. After a start all people come back at once. */
export class MongoRoomLoader {
  readonly #Chat: Models['Chat']
  readonly #newest: SharedReads
  readonly #gifs: MongoGifs

  constructor({ patient }: MongoLink, gifs: MongoGifs) {
    this.#Chat = patient.models.Chat
    this.#newest = new SharedReads(this.#Chat, 'newest', LONGEST_QUERY_MS)
    this.#gifs = gifs
  }

  /** See `ChatStore.loadRoom`. A room with fewer messages than `limit` takes one query of them. */
  async loadRoom(room: RoomId, limit: number, unposted: readonly GifId[]): Promise<LoadedMongoRoom> {
    const newestFirst = await this.#newest.readRoom(room, 0, limit)
    const found = { isWhole: newestFirst.length < limit, unposted }
    return callMongoTwice(() => this.#loadRest(room, newestFirst, found), LONGEST_QUERY_MS)
  }

  async #loadRest(
    room: RoomId,
    newestFirst: readonly ChatDocument[],
    { isWhole, unposted }: { readonly isWhole: boolean; readonly unposted: readonly GifId[] },
  ): Promise<LoadedMongoRoom> {
    const Chat = this.#Chat
    const oldest = isWhole
      ? newestFirst.at(-1)
      : await Chat.findOne({ room }).sort({ seq: 1 }).select('bytesBefore').lean()
    const findShownGifs = async (): Promise<readonly GifId[]> =>
      isWhole ? newestFirst.flatMap(({ gif }) => gif?.id ?? []) : await Chat.distinct('gif.id', { room })
    const findKeptGifs = async () => [...(await findShownGifs()), ...unposted]
    const [newest] = newestFirst
    return {
      newest,
      messages: newestFirst.map(messageOfMongoChat).reverse(),
      messageBytes: (newest?.bytesAfter ?? 0) - (oldest?.bytesBefore ?? 0),
      gifBytes: await this.#gifs.keepPostedGifs(room, findKeptGifs),
    }
  }
}
