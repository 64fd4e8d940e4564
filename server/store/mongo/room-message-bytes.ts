import { trusted } from 'mongoose'
import type { RoomId, Seq } from '../../../protocol/model.ts'
import type { AppendBatch } from '../../chat/chat-store.ts'
import type { ChatDocument, Models } from './models.ts'

/** A message that is stored, and the bytes that its room's messages had with it. */
export type StoredEnd = Pick<ChatDocument, 'seq' | 'bytesAfter'>

/** How many bytes the messages of each room have. */
export class RoomMessageBytes {
  readonly #Chat: Models['Chat']
  /** The newest message that is known to be stored. What it says never changes. */
  readonly #ends = new Map<RoomId, StoredEnd>()

  constructor(Chat: Models['Chat']) {
    this.#Chat = Chat
  }

  /** `bytesBefore` of the first message of each batch: what the room has up to `firstSeq`. */
  async bytesBefore(batches: readonly AppendBatch[]): Promise<ReadonlyMap<RoomId, number>> {
    const before = new Map<RoomId, number>()
    const unknown = new Map<RoomId, Seq>()
    for (const { room, firstSeq } of batches) {
      const end = firstSeq === 1 ? { seq: 0, bytesAfter: 0 } : this.#ends.get(room)
      if (end?.seq === firstSeq - 1) before.set(room, end.bytesAfter)
      else unknown.set(room, firstSeq - 1)
    }
    for (const { room, bytesAfter } of await this.#findMessages(unknown)) before.set(room, bytesAfter)
    return before
  }

  /** Undefined when it would have to be read. */
  knownEnd(room: RoomId): StoredEnd | undefined {
    return this.#ends.get(room)
  }

  keepEnd(room: RoomId, { seq, bytesAfter }: StoredEnd): void {
    this.#ends.set(room, { seq, bytesAfter })
  }

  /** What the messages of the room that are known to be stored have in bytes. */
  knownBytes(room: RoomId): number {
    return this.#ends.get(room)?.bytesAfter ?? 0
  }

  forgetRooms(rooms: readonly RoomId[]): void {
    for (const room of rooms) this.#ends.delete(room)
  }

  /** The newest message, and the oldest with which at most so many bytes are kept. */
  async endsWithin(
    room: RoomId,
    mostBytes: number,
  ): Promise<{ readonly oldest: ChatDocument; readonly newest: ChatDocument } | undefined> {
    const newest = await this.#Chat.findOne({ room }).sort({ seq: -1 }).lean()
    if (newest === null) return undefined
    const oldest = await this.#Chat
      .findOne({ room, bytesBefore: trusted({ $gte: newest.bytesAfter - mostBytes }) })
      .sort({ seq: 1 })
      .lean()
    return { oldest: oldest ?? newest, newest }
  }

  /** One query for all rooms. FerretDB reads every message for it. */
  async #findMessages(seqs: ReadonlyMap<RoomId, Seq>): Promise<readonly ChatDocument[]> {
    if (seqs.size === 0) return []
    const these = Array.from(seqs, ([room, seq]) => ({ room, seq }))
    return this.#Chat.find({ $or: these }).select('room seq bytesAfter').lean()
  }
}
