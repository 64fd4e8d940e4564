import { trusted } from 'mongoose'
import { type AppendBatch, type Appended, type NewMessage, SeqTakenError } from '../../chat/chat-store.ts'
import type { ChatDocument, Models } from './models.ts'
import { isDuplicateKeyError } from './mongo-error.ts'

/**
 * A batch that is being stored. `outcomes` stand at the positions of their messages, and `nextSeq`
 * is for the next new one.
 */
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
 * Inserts the new messages of all batches, in one ordered call if none is a resend. A resend stops
 * the call at a unique index. Then the messages that are stored already are looked up, and a
 * further call inserts the rest with lower seqs, so that there is no hole.
 */
export async function insertMessageBatches(
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

/** Inserts in order. Returns how many were inserted before a unique index stopped the call. */
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
    const index = isDuplicateKeyError(error) ? firstWriteErrorOf(error) : undefined
    if (index === undefined) throw error
    return index
  }
}

/**
 * Notes the outcomes of messages that are stored already, and returns the others. The first must be
 * stored, since it stopped the call. If it is not, throws `SeqTakenError`.
 */
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
  // The error is a MongoBulkWriteError.
  const { writeErrors } = error as { writeErrors?: { index: number } | readonly { index: number }[] }
  return [writeErrors ?? []].flat()[0]?.index
}
