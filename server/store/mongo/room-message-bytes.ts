import { trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import type { ChatDocument, Models } from './models.ts'

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

  /** Undefined when it would have to be read. */
  knownTotal(room: RoomId): number | undefined {
    return this.#totals.get(room)
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
