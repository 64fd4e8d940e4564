import { type Connection, trusted } from 'mongoose'
import type { ChatMessage, GifId, GifInfo, RoomId, Seq } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type BatchOutcome,
  type ChatStore,
  type FoundRoom,
  type StoredRoom,
  StoreUnavailableError,
} from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import { insertMessageBatches } from './append-chats.ts'
import { connectToMongo } from './connect.ts'
import { GridFsGifs } from './gif-files.ts'
import type { ChatDocument, Models } from './models.ts'
import { storeErrorOfMongoError } from './mongo-error.ts'

/**
 * How long a call may take in all, in milliseconds. This is longer than all timeouts of the driver
 * together. It is needed because the driver can wait for ever: when it writes to a socket that is
 * destroyed but has not said `close` yet, it waits for a `drain` that never comes.
 */
const LONGEST_CALL_MS = 10_000

/** The same for a walk through all rooms, which makes many calls of the driver. */
const LONGEST_WALK_MS = 60_000

/** Opens the store in a MongoDB. Waits until it answers, and rejects as `connectToMongo` does. */
export async function openMongoStore(options: {
  readonly uri: string
  readonly databaseName?: string | undefined
  readonly log: CoreLog
  readonly signal?: AbortSignal | undefined
}): Promise<ChatStore> {
  const { connection, models } = await connectToMongo({
    ...options,
    databaseName: options.databaseName ?? 'gifchat',
  })
  return new MongoStore(connection, models)
}

/**
 * `ChatStore` on MongoDB. A standalone server suffices: each step that must be atomic changes one
 * document only.
 */
class MongoStore implements ChatStore {
  readonly kind = 'mongodb'
  readonly #connection: Connection
  readonly #models: Models
  readonly #gifs: GridFsGifs

  constructor(connection: Connection, models: Models) {
    this.#connection = connection
    this.#models = models
    this.#gifs = new GridFsGifs(connection, models)
  }

  createRoom({ id, passwordHash, createdAt, ...room }: StoredRoom): Promise<void> {
    return callMongo(async () => {
      const fields = { ...room, password: passwordHash, createdAt: new Date(createdAt) }
      await this.#models.Room.create({ _id: id, ...fields })
    })
  }

  findRooms(): Promise<readonly FoundRoom[]> {
    return callMongo(async () => {
      const rooms = await this.#models.Room.find({ purging: false }).sort({ createdAt: 1 }).lean()
      const lastSeqs = await this.#lastSeqByRoom()
      const gifBytes = await this.#gifs.gifBytesByRoom()
      return rooms.map(({ _id: id, title, max, owner, password, createdAt }) => ({
        id,
        title,
        max,
        owner,
        passwordHash: password,
        createdAt: createdAt.getTime(),
        lastSeq: lastSeqs.get(id) ?? 0,
        gifBytes: gifBytes.get(id) ?? 0,
      }))
    }, LONGEST_WALK_MS)
  }

  recover(): Promise<void> {
    return callMongo(async () => {
      const { Room, Chat } = this.#models
      await this.#markAndPurge(await Room.distinct('_id', { purging: true }))
      const rooms = new Set(await Room.distinct('_id'))
      const orphaned = (await Chat.distinct('room')).filter(room => !rooms.has(room))
      if (orphaned.length > 0) await Chat.deleteMany({ room: trusted({ $in: orphaned }) })
      await this.#gifs.deleteUnownedGifs(rooms)
    }, LONGEST_WALK_MS)
  }

  appendMessages(batches: readonly AppendBatch[]): Promise<readonly BatchOutcome[]> {
    return callMongo(() => insertMessageBatches(this.#models.Chat, batches))
  }

  readMessages(
    room: RoomId,
    { afterSeq = 0, beforeSeq, limit, from = 'newest' }: Parameters<ChatStore['readMessages']>[1],
  ): Promise<readonly ChatMessage[]> {
    return callMongo(async () => {
      const between = { $gt: afterSeq, $lt: beforeSeq ?? Number.MAX_SAFE_INTEGER }
      const chats = await this.#models.Chat.find({ room, seq: trusted(between) })
        .sort({ seq: from === 'newest' ? -1 : 1 })
        .limit(limit)
        .lean()
      const messages = chats.map(toChatMessage)
      return from === 'newest' ? messages.reverse() : messages
    })
  }

  saveGif(room: RoomId, gif: GifInfo, bytes: Uint8Array): Promise<void> {
    return callMongo(() => this.#gifs.saveGif(room, gif, bytes))
  }

  findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    return callMongo(() => this.#gifs.findGif(room, gif))
  }

  readGif(room: RoomId, gif: GifId): Promise<Uint8Array | undefined> {
    return callMongo(() => this.#gifs.readGif(room, gif))
  }

  deleteGif(room: RoomId, gif: GifId): Promise<void> {
    return callMongo(() => this.#gifs.deleteGif(room, gif))
  }

  purgeRooms(rooms: readonly RoomId[]): Promise<void> {
    return callMongo(() => this.#markAndPurge(rooms), LONGEST_WALK_MS)
  }

  loadSecret(candidate: string): Promise<string> {
    return callMongo(async () => {
      const secret = await this.#models.Setting.findOneAndUpdate(
        { _id: 'secret' },
        { $setOnInsert: { value: candidate } },
        { upsert: true, returnDocument: 'after' },
      ).lean()
      return secret.value
    })
  }

  ping(): Promise<void> {
    return callMongo(async () => {
      await this.#connection.db?.command({ ping: 1 })
    })
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  /**
   * One walk along the index of rooms and seqs. A query per room would be a thousand queries for a
   * thousand rooms.
   */
  async #lastSeqByRoom(): Promise<ReadonlyMap<RoomId, Seq>> {
    const lastSeqs = new Map<RoomId, Seq>()
    const positions = this.#models.Chat.find().select('-_id room seq').lean().cursor({ batchSize: 10_000 })
    for await (const { room, seq } of positions) {
      if (seq > (lastSeqs.get(room) ?? 0)) lastSeqs.set(room, seq)
    }
    return lastSeqs
  }

  /** The mark is the one atomic step. Everything after it can be done again. */
  async #markAndPurge(rooms: readonly RoomId[]): Promise<void> {
    if (rooms.length === 0) return
    const these = trusted({ $in: rooms })
    await this.#models.Room.updateMany({ _id: these }, { purging: true })
    await this.#models.Chat.deleteMany({ room: these })
    await this.#gifs.deleteGifsOf(rooms)
    await this.#models.Room.deleteMany({ _id: these })
  }
}

async function callMongo<Result>(work: () => Promise<Result>, longestMs = LONGEST_CALL_MS): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailableError('MongoDB did not answer in time')), longestMs)
  })
  try {
    return await Promise.race([work(), silence])
  } catch (error) {
    throw error instanceof StoreUnavailableError ? error : storeErrorOfMongoError(error)
  } finally {
    clearTimeout(timer)
  }
}

function toChatMessage({
  seq,
  user,
  clientMessageId,
  createdAt,
  chat,
  gif,
  replyTo,
}: ChatDocument): ChatMessage {
  const fields = {
    seq,
    user,
    clientMessageId,
    createdAt: createdAt.getTime(),
    ...(replyTo !== undefined && { replyTo }),
  }
  return gif === undefined ? { ...fields, text: chat ?? '' } : { ...fields, gif }
}
