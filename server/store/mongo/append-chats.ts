import { trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type Appended,
  type BatchOutcome,
  type NewMessage,
  SeqTakenError,
} from '../../chat/chat-store.ts'
import type { ChatDocument, Models } from './models.ts'
import { isDuplicateKeyError, storeErrorOfMongoError } from './mongo-error.ts'
import type { StoredEnd } from './room-message-bytes.ts'

/** How many batches are stored at once after a shared write was stopped. */
const BATCHES_AT_ONCE = 8
/** How many messages one query looks for. */
const LOOKED_UP_AT_ONCE = 100

/**
 * A batch that is being stored. `outcomes` stand at the positions of their messages, and `nextSeq`
 * is for the next new one.
 */
interface Progress {
  readonly batch: AppendBatch
  readonly outcomes: Appended[]
  nextSeq: number
  /** `bytesBefore` of the next new one. */
  nextBytes: number
  waiting: readonly Waiting[]
}

interface Waiting {
  readonly position: number
  readonly message: NewMessage
  readonly bytes: number
}

/**
 * Inserts the new messages of all batches, in one ordered call if none is a resend. A resend stops
 * the call at a unique index. From then on each batch is stored by itself, so that its fault is its
 * own. `bytesBefore` has the bytes of what each room has already. Resolves with the newest message
 * of each room too.
 */
export async function insertMongoMessages(
  Chat: Models['Chat'],
  batches: readonly AppendBatch[],
  bytesBefore: ReadonlyMap<RoomId, number>,
): Promise<{ readonly outcomes: readonly BatchOutcome[]; readonly ends: ReadonlyMap<RoomId, StoredEnd> }> {
  const all = batches.map((batch): Progress => {
    const waiting = batch.messages.map((message, position) => {
      return { position, message, bytes: Buffer.byteLength(JSON.stringify(message)) }
    })
    const { room, firstSeq: nextSeq } = batch
    return { batch, outcomes: [], nextSeq, nextBytes: bytesBefore.get(room) ?? 0, waiting }
  })
  await insertUntilDuplicate(Chat, all)
  const faults = new Map<Progress, Error>()
  const left = all.filter(({ waiting }) => waiting.length > 0).values()
  const storeNext = async (): Promise<void> => {
    for (const progress of left) {
      await storeRest(Chat, progress).catch(error => faults.set(progress, faultOf(error)))
    }
  }
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, storeNext))
  const ends = new Map(
    all.map(({ batch, nextSeq, nextBytes }) => [batch.room, { seq: nextSeq - 1, bytesAfter: nextBytes }]),
  )
  return { outcomes: all.map(progress => faults.get(progress) ?? progress.outcomes), ends }
}

function faultOf(error: unknown): Error {
  const fault = storeErrorOfMongoError(error)
  return fault instanceof Error ? fault : new Error(String(fault))
}

/**
 * Stores the rest of one batch. Messages that are stored already are looked up, and further calls
 * insert the rest with lower seqs, so that there is no hole.
 */
async function storeRest(Chat: Models['Chat'], progress: Progress): Promise<void> {
  for (;;) {
    await insertUntilDuplicate(Chat, [progress])
    if (progress.waiting.length === 0) return
    await takeOutStored(Chat, progress)
  }
}

/** Inserts in order, and notes what was inserted before a unique index stopped the call. */
async function insertUntilDuplicate(Chat: Models['Chat'], all: readonly Progress[]): Promise<void> {
  const documents = all.flatMap(documentsOf)
  if (documents.length === 0) return
  let inserted = documents.length
  try {
    await Chat.insertMany(documents, { lean: true })
  } catch (error) {
    const index = isDuplicateKeyError(error) ? firstWriteErrorOf(error) : undefined
    if (index === undefined) throw error
    inserted = index
  }
  for (const progress of all) {
    const ofBatch = progress.waiting.slice(0, inserted)
    inserted -= ofBatch.length
    progress.waiting = progress.waiting.slice(ofBatch.length)
    for (const { position, message, bytes } of ofBatch) {
      const { createdAt } = message
      progress.nextBytes += bytes
      progress.outcomes[position] = { seq: progress.nextSeq++, createdAt, isDuplicate: false }
    }
  }
}

function documentsOf(progress: Progress): readonly ChatDocument[] {
  const { batch, waiting, nextSeq } = progress
  let bytesAfter = progress.nextBytes
  return waiting.map(({ message, bytes }, index) => {
    const bytesBefore = bytesAfter
    bytesAfter += bytes
    const { user, clientMessageId, createdAt, replyTo, bot } = message
    const body = 'text' in message ? { chat: message.text } : { gif: message.gif }
    const { id, color } = user
    return {
      room: batch.room,
      seq: nextSeq + index,
      user: { id, color },
      clientMessageId,
      ...body,
      ...(replyTo !== undefined && { replyTo }),
      ...(bot && { bot }),
      createdAt: new Date(createdAt),
      bytesBefore,
      bytesAfter,
    }
  })
}

/**
 * Notes the outcomes of messages that are stored already. The first must be, since it stopped the
 * call. If it is not, throws `SeqTakenError`.
 */
async function takeOutStored(Chat: Models['Chat'], progress: Progress): Promise<void> {
  const { batch, waiting, outcomes, nextSeq } = progress
  for (let start = 0; start < waiting.length; start += LOOKED_UP_AT_ONCE) {
    const part = waiting.slice(start, start + LOOKED_UP_AT_ONCE)
    const stored = await findStored(Chat, batch.room, part)
    for (const { position, message } of part) {
      const first = stored.get(messageKeyOf(message))
      if (first === undefined) continue
      outcomes[position] = { seq: first.seq, createdAt: first.createdAt.getTime(), isDuplicate: true }
      if (first.seq < progress.nextSeq) continue
      // It was stored by a write whose outcome was never known. New ones come after it.
      progress.nextSeq = first.seq + 1
      progress.nextBytes = first.bytesAfter
    }
    const [first] = waiting
    if (first !== undefined && outcomes[first.position] === undefined) {
      throw new SeqTakenError(`seq ${nextSeq} is used already`)
    }
  }
  progress.waiting = waiting.filter(({ position }) => outcomes[position] === undefined)
}

async function findStored(
  Chat: Models['Chat'],
  room: string,
  waiting: readonly Waiting[],
): Promise<ReadonlyMap<string, Pick<ChatDocument, 'seq' | 'createdAt' | 'bytesAfter'>>> {
  const users = [...new Set(waiting.map(({ message }) => message.user.id))]
  const ids = waiting.map(({ message }) => message.clientMessageId)
  const stored = await Chat.find({
    room,
    'user.id': trusted({ $in: users }),
    clientMessageId: trusted({ $in: ids }),
  })
    .select('seq user clientMessageId createdAt bytesAfter')
    .lean()
  return new Map(stored.map(chat => [messageKeyOf(chat), chat]))
}

const messageKeyOf = ({ user, clientMessageId }: Pick<ChatDocument, 'user' | 'clientMessageId'>): string =>
  JSON.stringify([user.id, clientMessageId])

function firstWriteErrorOf(error: unknown): number | undefined {
  // The error is a MongoBulkWriteError.
  const { writeErrors } = error as { writeErrors?: { index: number } | readonly { index: number }[] }
  return [writeErrors ?? []].flat()[0]?.index
}
