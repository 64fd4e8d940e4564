import { trusted } from 'mongoose'
import type { RoomId, Seq } from '../../../protocol/model.ts'
import type { ChatDocument, Models } from './models.ts'

/** How many messages are looked up with one query. */
const LOOKED_UP_TOGETHER = 1_000

/** The oldest and the newest message that a room keeps. */
export interface KeptSeqs {
  readonly oldest: Seq
  readonly newest: Seq
}

/** How many bytes the messages of each room have. */
export class RoomMessageBytes {
  readonly #Chat: Models['Chat']
  /** `bytesAfter` of the newest message, of rooms where it is known. */
  readonly #totals = new Map<RoomId, number>()

  constructor(Chat: Models['Chat']) {
    this.#Chat = Chat
  }

  /** `bytesBefore` of the next message of each of these rooms. */
  async totalsOf(rooms: readonly RoomId[]): Promise<Map<RoomId, number>> {
    const totals = new Map<RoomId, number>()
    for (const room of rooms) totals.set(room, this.#totals.get(room) ?? (await this.#findTotal(room)))
    return totals
  }

  /** Remembers the totals of these rooms. Without one, it is unknown what is stored of the room. */
  keepTotals(rooms: readonly RoomId[], totals: ReadonlyMap<RoomId, number>): void {
    for (const room of rooms) {
      const total = totals.get(room)
      if (total === undefined) this.#totals.delete(room)
      else this.#totals.set(room, total)
    }
  }

  forgetTotals(rooms: readonly RoomId[]): void {
    this.keepTotals(rooms, new Map())
  }

  /** The bytes that each room keeps. Only two messages of each are read. */
  async keptBytes(kept: ReadonlyMap<RoomId, KeptSeqs>): Promise<ReadonlyMap<RoomId, number>> {
    const ends = [...kept].flatMap(([room, { oldest, newest }]) => [
      { room, seq: oldest },
      { room, seq: newest },
    ])
    const bytes = new Map<RoomId, number>()
    for (let start = 0; start < ends.length; start += LOOKED_UP_TOGETHER) {
      const found = await this.#Chat
        .find(trusted({ $or: ends.slice(start, start + LOOKED_UP_TOGETHER) }))
        .select('room seq bytesBefore bytesAfter')
        .lean()
      for (const { room, seq, bytesBefore, bytesAfter } of found) {
        const { oldest, newest } = kept.get(room) ?? {}
        const share = (seq === newest ? bytesAfter : 0) - (seq === oldest ? bytesBefore : 0)
        bytes.set(room, (bytes.get(room) ?? 0) + share)
      }
    }
    return bytes
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

  async #findTotal(room: RoomId): Promise<number> {
    const newest = await this.#Chat.findOne({ room }).sort({ seq: -1 }).select('bytesAfter').lean()
    return newest?.bytesAfter ?? 0
  }
}
