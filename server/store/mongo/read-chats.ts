import { trusted } from 'mongoose'
import type { ChatMessage, RoomId, Seq } from '../../../protocol/model.ts'
import type { MessageRange } from '../../chat/chat-store.ts'
import { callMongoTwice } from './call-mongo.ts'
import { type ChatDocument, type Models, messageOfMongoChat } from './models.ts'
import type { RoomMessageBytes } from './room-message-bytes.ts'

/** Documents that come at once where it counts how many bytes they have. */
const PAGE_BATCH = 25
/** How many rooms are read with one query. */
const READ_TOGETHER = 16

/** See `ChatStore.readMessages`. */
export async function readMongoMessages(
  Chat: Models['Chat'],
  room: RoomId,
  { afterSeq = 0, beforeSeq, limit, from = 'newest', bytes }: MessageRange,
): Promise<readonly ChatMessage[]> {
  const between = { $gt: afterSeq, $lt: beforeSeq ?? Number.MAX_SAFE_INTEGER }
  const chats = Chat.find({ room, seq: trusted(between) })
    .sort({ seq: from === 'newest' ? -1 : 1 })
    .limit(limit)
    .lean()
  const messages =
    bytes === undefined
      ? (await chats).map(messageOfMongoChat)
      : await readUpTo(bytes, chats.cursor({ batchSize: PAGE_BATCH }))
  return from === 'newest' ? messages.reverse() : messages
}

/** The first messages, until they have `bytes`. The cursor is closed then. */
async function readUpTo(bytes: number, chats: AsyncIterable<ChatDocument>): Promise<ChatMessage[]> {
  const messages: ChatMessage[] = []
  let left = bytes
  for await (const chat of chats) {
    messages.push(messageOfMongoChat(chat))
    left -= Buffer.byteLength(JSON.stringify(chat))
    if (left <= 0) break
  }
  return messages
}

interface CatchUp extends MessageRange {
  readonly afterSeq: Seq
}

/** Whether it asks for what a room has missed. */
export const isCatchUp = (range: MessageRange): range is CatchUp =>
  range.from === 'oldest' && range.afterSeq !== undefined && range.beforeSeq === undefined

/** After writes have failed, many rooms ask at once what they have missed. */
export async function readNewMongoMessages(
  reads: SharedReads,
  roomBytes: RoomMessageBytes,
  room: RoomId,
  { afterSeq, limit }: CatchUp,
): Promise<readonly ChatMessage[]> {
  const chats = await reads.readRoom(room, afterSeq, limit)
  const newest = chats.at(-1)
  if (newest !== undefined) roomBytes.keepEnd(room, newest)
  return chats.map(messageOfMongoChat)
}

interface Waiting extends PromiseWithResolvers<readonly ChatDocument[]> {
  readonly room: RoomId
  readonly afterSeq: Seq
  readonly limit: number
}

/**
 * Reads rooms of which many are asked for at once: when people come back after a start, and when
 * writes have failed. Rooms that are asked for while a query runs share the next one. FerretDB
 * reads every message for each query.
 */
export class SharedReads {
  readonly #Chat: Models['Chat']
  readonly #order: 1 | -1
  readonly #longestMs: number | undefined
  #waiting: Waiting[] = []
  #isReading = false

  /** `longestMs` is how long a query may take, if not as long as any other call. */
  constructor(Chat: Models['Chat'], first: 'oldest' | 'newest', longestMs?: number) {
    this.#Chat = Chat
    this.#order = first === 'oldest' ? 1 : -1
    this.#longestMs = longestMs
  }

  /** The first `limit` messages of the room after `afterSeq`, in this order. */
  readRoom(room: RoomId, afterSeq: Seq, limit: number): Promise<readonly ChatDocument[]> {
    const waiting = { room, afterSeq, limit, ...Promise.withResolvers<readonly ChatDocument[]>() }
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
      const some = this.#waiting.filter(waiting => waiting.limit === limit).slice(0, READ_TOGETHER)
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
    const most = limit * some.length
    const found = await this.#find(some, most)
    const isAll = found.length < most
    const byRoom = Map.groupBy(found, ({ room }) => room)
    const tell = async (waiting: Waiting): Promise<void> => {
      const isAsked = ({ seq }: ChatDocument) => seq > waiting.afterSeq
      const ofRoom = (byRoom.get(waiting.room) ?? []).filter(isAsked).slice(0, limit)
      // Rooms with more messages may have taken the place of this one's.
      waiting.resolve(isAll || ofRoom.length === limit ? ofRoom : await this.#find([waiting], limit))
    }
    await Promise.all(some.map(tell))
  }

  #find(some: readonly Waiting[], most: number): Promise<readonly ChatDocument[]> {
    const rooms = some.map(({ room, afterSeq }) => ({ room, seq: trusted({ $gt: afterSeq }) }))
    const find = () => this.#Chat.find({ $or: rooms }).sort({ seq: this.#order }).limit(most).lean()
    return callMongoTwice(find, this.#longestMs)
  }
}
