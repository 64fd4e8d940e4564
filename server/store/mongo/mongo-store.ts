import { type Connection, trusted } from 'mongoose'
import type { ChatMessage, GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type BatchOutcome,
  type ChatStore,
  type FoundRoom,
  type MessageRange,
  type StoredRoom,
  StoreUnavailableError,
} from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import { insertMessageBatches } from './append-chats.ts'
import { connectToMongo } from './connect.ts'
import { GridFsGifs } from './gif-files.ts'
import type { ChatDocument, Models } from './models.ts'
import { storeErrorOfMongoError } from './mongo-error.ts'
import { type KeptSeqs, RoomMessageBytes } from './room-message-bytes.ts'

/**
 * How long a call may take in all, in milliseconds. This is longer than all timeouts of the driver
 * together. It is needed because the driver can wait for ever: when it writes to a socket that is
 * destroyed but has not said `close` yet, it waits for a `drain` that never comes.
 */
const LONGEST_CALL_MS = 10_000

/** The same for a walk through all rooms, which makes many calls of the driver. */
const LONGEST_WALK_MS = 60_000

/** Documents that come at once where it counts how many bytes they have. */
const PAGE_BATCH = 25

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
  readonly #roomBytes: RoomMessageBytes

  constructor(connection: Connection, models: Models) {
    this.#connection = connection
    this.#models = models
    this.#gifs = new GridFsGifs(connection, models)
    this.#roomBytes = new RoomMessageBytes(models.Chat)
  }

  createRoom({ id, passwordHash, createdAt, ...room }: StoredRoom): Promise<void> {
    return callMongo(async () => {
      const fields = { ...room, password: passwordHash, createdAt: new Date(createdAt) }
      await this.#models.Room.create({ _id: id, ...fields })
      this.#roomBytes.keepTotals([id], new Map([[id, 0]]))
    })
  }

  findRooms(): Promise<readonly FoundRoom[]> {
    return callMongo(async () => {
      const rooms = await this.#models.Room.find({ purging: false }).sort({ createdAt: 1 }).lean()
      const keptSeqs = await this.#keptSeqsByRoom()
      const messageBytes = await this.#roomBytes.keptBytes(keptSeqs)
      const gifBytes = await this.#gifs.gifBytesByRoom()
      return rooms.map(({ _id: id, title, max, owner, password, createdAt }) => ({
        id,
        title,
        max,
        owner,
        passwordHash: password,
        createdAt: createdAt.getTime(),
        lastSeq: keptSeqs.get(id)?.newest ?? 0,
        messageBytes: messageBytes.get(id) ?? 0,
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

  async appendMessages(batches: readonly AppendBatch[]): Promise<readonly BatchOutcome[]> {
    const rooms = batches.map(({ room }) => room)
    try {
      const { outcomes, totals } = await callMongo(async () => {
        const totals = await this.#roomBytes.totalsOf(rooms)
        return { outcomes: await insertMessageBatches(this.#models.Chat, batches, totals), totals }
      })
      this.#roomBytes.keepTotals(rooms, totals)
      return outcomes
    } catch (error) {
      this.#roomBytes.forgetTotals(rooms)
      throw error
    }
  }

  readMessages(
    room: RoomId,
    { afterSeq = 0, beforeSeq, limit, from = 'newest', bytes }: MessageRange,
  ): Promise<readonly ChatMessage[]> {
    return callMongo(async () => {
      const between = { $gt: afterSeq, $lt: beforeSeq ?? Number.MAX_SAFE_INTEGER }
      const chats = this.#models.Chat.find({ room, seq: trusted(between) })
        .sort({ seq: from === 'newest' ? -1 : 1 })
        .limit(limit)
        .lean()
      const messages =
        bytes === undefined
          ? (await chats).map(toChatMessage)
          : await readUpTo(bytes, chats.cursor({ batchSize: PAGE_BATCH }))
      return from === 'newest' ? messages.reverse() : messages
    })
  }

  trimRoom(room: RoomId, mostBytes: number): Promise<number> {
    return callMongo(async () => {
      const kept = await this.#roomBytes.endsWithin(room, mostBytes)
      if (kept === undefined) return 0
      const forgotten = { room, seq: trusted({ $lt: kept.oldest.seq }) }
      await this.#gifs.markPosted(room, await this.#models.Chat.distinct('gif.id', forgotten))
      await this.#models.Chat.deleteMany(forgotten)
      return kept.newest.bytesAfter - kept.oldest.bytesBefore
    }, LONGEST_WALK_MS)
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
  async #keptSeqsByRoom(): Promise<ReadonlyMap<RoomId, KeptSeqs>> {
    const kept = new Map<RoomId, KeptSeqs>()
    const positions = this.#models.Chat.find().select('-_id room seq').lean().cursor({ batchSize: 10_000 })
    for await (const { room, seq } of positions) {
      const { oldest, newest } = kept.get(room) ?? { oldest: seq, newest: seq }
      kept.set(room, { oldest: Math.min(oldest, seq), newest: Math.max(newest, seq) })
    }
    return kept
  }

  /** The mark is the one atomic step. Everything after it can be done again. */
  async #markAndPurge(rooms: readonly RoomId[]): Promise<void> {
    if (rooms.length === 0) return
    const these = trusted({ $in: rooms })
    await this.#models.Room.updateMany({ _id: these }, { purging: true })
    await this.#models.Chat.deleteMany({ room: these })
    await this.#gifs.deleteGifsOf(rooms)
    await this.#models.Room.deleteMany({ _id: these })
    this.#roomBytes.forgetTotals(rooms)
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

/** The first messages, until they have `bytes`. The cursor is closed then. */
async function readUpTo(bytes: number, chats: AsyncIterable<ChatDocument>): Promise<ChatMessage[]> {
  const messages: ChatMessage[] = []
  let left = bytes
  for await (const chat of chats) {
    messages.push(toChatMessage(chat))
    left -= Buffer.byteLength(JSON.stringify(chat))
    if (left <= 0) break
  }
  return messages
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
