import { trusted } from 'mongoose'
import type { ChatMessage, RoomId } from '../../../protocol/model.ts'
import type { MessageRange } from '../../chat/chat-store.ts'
import { type ChatDocument, type Models, messageOfMongoChat } from './models.ts'

/** Documents that come at once where it counts how many bytes they have. */
const PAGE_BATCH = 25

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
