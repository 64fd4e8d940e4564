import type { RoomId, User } from '../../protocol/model.ts'
import type { CoreLog } from '../chat/core-log.ts'
import type { RoomOwners, SeatedRoom, SeatsWatcher } from '../chat/room-owners.ts'

/** How long to wait after a write that failed, in milliseconds. */
const RETRY_MS = 500
/** How long a join with a password waits until its seat is written, in milliseconds. */
const LONGEST_WAIT_MS = 1_000
/** Rooms whose seats are written with one call. */
const WRITTEN_TOGETHER = 200

/**
 * Writes who sits in a room through to the store, so that a new owner knows it. One write is in
 * flight at a time, and the next has everything that changed meanwhile.
 */
export class FleetSeatKeeper implements SeatsWatcher {
  readonly #owners: Pick<RoomOwners, 'keepSeats'>
  readonly #log: CoreLog
  readonly #waitMs: number
  readonly #changed = new Map<RoomId, SeatedRoom>()
  /** Who is about to sit down, and who waits for that to be written. */
  readonly #expected = new Map<RoomId, PromiseWithResolvers<void> & { readonly users: User[] }>()
  #writing: Promise<void> | undefined
  #troubledAt = Number.NEGATIVE_INFINITY
  #isStopped = false

  /** After a trouble, rooms wait for `waitMs` for their people. */
  constructor(owners: Pick<RoomOwners, 'keepSeats'>, log: CoreLog, waitMs: number) {
    this.#owners = owners
    this.#log = log
    this.#waitMs = waitMs
  }

  seatsChanged(room: SeatedRoom): void {
    if (this.#isStopped) return
    this.#changed.set(room.id, room)
    this.#writing ??= this.#writeAll()
  }

  /**
   * Somebody is about to sit down who has shown the password, and is not to need it again if this
   * node is killed. Resolves when that is written, or does not succeed soon.
   */
  async seatExpected(room: SeatedRoom, user: User): Promise<void> {
    if (this.#isStopped) return
    const expected = this.#expected.get(room.id) ?? { ...Promise.withResolvers<void>(), users: [] }
    this.#expected.set(room.id, expected)
    expected.users.push(user)
    this.seatsChanged(room)
    const timer = setTimeout(expected.resolve, LONGEST_WAIT_MS)
    await expected.promise
    clearTimeout(timer)
  }

  /** The store or the other nodes can't be reached: joins fail, here or there (PROTOCOL.md T4). */
  noteTrouble(): void {
    this.#troubledAt = performance.now()
  }

  mayRoomsEnd(): boolean {
    return performance.now() - this.#troubledAt > this.#waitMs
  }

  roomEnded(room: RoomId): void {
    this.#changed.delete(room)
    this.#takeExpected(room)?.resolve()
  }

  /** Writes what has changed so far, and nothing that changes from now on. */
  async finishSeats(): Promise<void> {
    this.#isStopped = true
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    let isAway = false
    while (this.#changed.size > 0) {
      // Changes of one turn of the event loop are one write. Who was expected sits down first.
      await new Promise(resolve => setImmediate(resolve))
      const rooms = [...this.#changed.values()].slice(0, WRITTEN_TOGETHER)
      for (const { id } of rooms) this.#changed.delete(id)
      const expected = rooms.map(({ id }) => this.#takeExpected(id))
      const seats = rooms.map(({ id, seatedUsers }, index) => {
        const users = [...seatedUsers, ...(expected[index]?.users ?? [])]
        return [id, [...new Map(users.map(user => [user.id, user])).values()]] as const
      })
      try {
        await this.#owners.keepSeats(new Map(seats))
        isAway = false
      } catch (error) {
        if (this.#isStopped) break
        if (!isAway) this.#log.warn({ error: String(error) }, 'seats could not be written: trying again')
        isAway = true
        for (const room of rooms) if (!this.#changed.has(room.id)) this.#changed.set(room.id, room)
        await new Promise(resolve => setTimeout(resolve, RETRY_MS))
      } finally {
        for (const one of expected) one?.resolve()
      }
    }
    this.#writing = undefined
  }

  #takeExpected(room: RoomId) {
    const expected = this.#expected.get(room)
    this.#expected.delete(room)
    return expected
  }
}
