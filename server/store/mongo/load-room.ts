import { trusted } from 'mongoose'
import type { GifId, RoomId } from '../../../protocol/model.ts'
import type { LoadedRoom } from '../../chat/chat-store.ts'
import { callMongoTwice } from './call-mongo.ts'
import type { MongoLink } from './connect.ts'
import type { MongoGifs } from './gif-files.ts'
import { type ChatDocument, type Models, messageOfMongoChat } from './models.ts'

/** How many rooms are read with one query. */
const LOADED_TOGETHER = 16

/**
 * How long a query may take, in milliseconds. People wait for it, and without it they can't come
 * back. FerretDB reads some 10,000 messages a second.
 */
const LONGEST_QUERY_MS = 10_000

/** A loaded room, and what all messages that it ever had have in bytes. */
interface LoadedMongoRoom extends LoadedRoom {
  readonly totalBytes: number
}

interface Waiting extends PromiseWithResolvers<readonly ChatDocument[]> {
  readonly room: RoomId
  readonly limit: number
}

/**
 * Loads rooms of an earlier run. After a start all people come back at once. So rooms that are
 * asked for while a query runs share the next one: FerretDB reads every message for each query.
 */
export class MongoRoomLoader {
  readonly #Chat: Models['Chat']
  readonly #gifs: MongoGifs
  #waiting: Waiting[] = []
  #isReading = false

  constructor({ patient }: MongoLink, gifs: MongoGifs) {
    this.#Chat = patient.models.Chat
    this.#gifs = gifs
  }

  /** See `ChatStore.loadRoom`. A room with fewer messages than `limit` takes one query of them. */
  async loadRoom(room: RoomId, limit: number, unposted: readonly GifId[]): Promise<LoadedMongoRoom> {
    const newestFirst = await this.#findNewest(room, limit)
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
    const totalBytes = newestFirst[0]?.bytesAfter ?? 0
    return {
      messages: newestFirst.map(messageOfMongoChat).reverse(),
      messageBytes: totalBytes - (oldest?.bytesBefore ?? 0),
      gifBytes: await this.#gifs.keepPostedGifs(room, findKeptGifs),
      totalBytes,
    }
  }

  #findNewest(room: RoomId, limit: number): Promise<readonly ChatDocument[]> {
    const waiting = { room, limit, ...Promise.withResolvers<readonly ChatDocument[]>() }
    this.#waiting.push(waiting)
    if (!this.#isReading) void this.#readAll()
    return waiting.promise
  }

  async #readAll(): Promise<void> {
    this.#isReading = true
    // Rooms that are asked for in one turn of the event loop are read together.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const limit = this.#waiting[0]?.limit ?? 0
      const some = this.#waiting.filter(waiting => waiting.limit === limit).slice(0, LOADED_TOGETHER)
      this.#waiting = this.#waiting.filter(waiting => !some.includes(waiting))
      try {
        await this.#readTogether(some, limit)
      } catch (error) {
        // Those who wait need not find out for themselves.
        for (const { reject } of [...some, ...this.#waiting.splice(0)]) reject(error)
      }
    }
    this.#isReading = false
  }

  async #readTogether(some: readonly Waiting[], limit: number): Promise<void> {
    const rooms = [...new Set(some.map(({ room }) => room))]
    const find = (these: readonly RoomId[], most: number) =>
      callMongoTwice(
        () =>
          this.#Chat
            .find({ room: trusted({ $in: these }) })
            .sort({ seq: -1 })
            .limit(most)
            .lean(),
        LONGEST_QUERY_MS,
      )
    const found = await find(rooms, limit * rooms.length)
    const isAll = found.length < limit * rooms.length
    const byRoom = Map.groupBy(found, ({ room }) => room)
    const tell = async ({ room, resolve }: Waiting): Promise<void> => {
      const ofRoom = byRoom.get(room)?.slice(0, limit) ?? []
      // Rooms with more messages may have taken the place of this one's.
      resolve(isAll || ofRoom.length === limit ? ofRoom : await find([room], limit))
    }
    await Promise.all(some.map(tell))
  }
}
