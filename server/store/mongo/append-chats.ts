import { trusted } from 'mongoose'
import { type AppendBatch, type Appended, type NewMessage, SeqTakenError } from '../../chat/chat-store.ts'
import type { ChatDocument, Models } from './models.ts'
import { isDuplicateKey } from './mongo-error.ts'

/** A batch on its way: `outcomes` fill up by position, `nextSeq` is for its next new message. */
interface Progress {
  readonly batch: AppendBatch
  readonly outcomes: Appended[]
  nextSeq: number
}

interface Waiting {
  readonly progress: Progress
  readonly position: number
  readonly message: NewMessage
}

/**
 * Inserts all that is new in one ordered call. A unique index that stops it says that a message stands there already:
 * those are looked up, and the call goes on behind them with the seqs moved up, so that no hole appears.
 */
export async function appendChats(
  Chat: Models['Chat'],
  batches: readonly AppendBatch[],
): Promise<readonly (readonly Appended[])[]> {
  const all = batches.map((batch): Progress => ({ batch, outcomes: [], nextSeq: batch.firstSeq }))
  let waiting = all.flatMap(progress =>
    progress.batch.messages.map((message, position): Waiting => ({ progress, position, message })),
  )
  while (waiting.length > 0) {
    const inserted = await insertUntilDuplicate(Chat, waiting)
    for (const { progress, position, message } of waiting.slice(0, inserted)) {
      const seq = progress.nextSeq++
      progress.outcomes[position] = { seq, createdAt: message.createdAt, isDuplicate: false }
    }
    waiting = await takeOutStored(Chat, waiting.slice(inserted))
  }
  return all.map(progress => progress.outcomes)
}

/** Inserts in order and answers how many went in before a unique index stopped it. */
async function insertUntilDuplicate(Chat: Models['Chat'], waiting: readonly Waiting[]): Promise<number> {
  const seqs = new Map<Progress, number>()
  const documents = waiting.map(({ progress, message }): ChatDocument => {
    const seq = seqs.get(progress) ?? progress.nextSeq
    seqs.set(progress, seq + 1)
    const { user, clientMessageId, createdAt, replyTo } = message
    const body = 'text' in message ? { chat: message.text } : { gif: message.gif }
    const { id, color } = user
    return {
      room: progress.batch.room,
      seq,
      user: { id, color },
      clientMessageId,
      ...body,
      ...(replyTo !== undefined && { replyTo }),
      createdAt: new Date(createdAt),
    }
  })
  try {
    await Chat.insertMany(documents, { lean: true })
    return documents.length
  } catch (error) {
    const index = isDuplicateKey(error) ? firstWriteErrorOf(error) : undefined
    if (index === undefined) throw error
    return index
  }
}

/** Settles those of `waiting` that are stored already; throws `SeqTakenError` when the first of them is not. */
async function takeOutStored(Chat: Models['Chat'], waiting: readonly Waiting[]): Promise<Waiting[]> {
  if (waiting.length === 0) return []
  const keys = waiting.map(({ progress, message }) => ({
    room: progress.batch.room,
    'user.id': message.user.id,
    clientMessageId: message.clientMessageId,
  }))
  const stored = await Chat.find(trusted({ $or: keys }))
    .select('room seq user clientMessageId createdAt')
    .lean()
  const firsts = new Map(stored.map(chat => [messageKeyOf(chat.room, chat), chat]))
  const left = waiting.filter(({ progress, position, message }) => {
    const first = firsts.get(messageKeyOf(progress.batch.room, message))
    if (first === undefined) return true
    progress.outcomes[position] = { seq: first.seq, createdAt: first.createdAt.getTime(), isDuplicate: true }
    return false
  })
  if (left[0] === waiting[0]) throw new SeqTakenError(`seq ${waiting[0]?.progress.nextSeq} is used already`)
  return left
}

const messageKeyOf = (
  room: string,
  { user, clientMessageId }: Pick<ChatDocument, 'user' | 'clientMessageId'>,
): string => JSON.stringify([room, user.id, clientMessageId])

function firstWriteErrorOf(error: unknown): number | undefined {
  const { writeErrors } = error as { writeErrors?: { index: number } | readonly { index: number }[] } // MongoBulkWriteError
  return [writeErrors ?? []].flat()[0]?.index
}
