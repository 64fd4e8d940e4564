import type { Role, RoomId, User, UserId } from '../../protocol/model.ts'
import type { Subscriber } from './fan-out.ts'

/** One connection of a person in a room. */
export interface Member extends Subscriber {
  readonly user: User
  readonly role: Role
  /** False once the connection is gone. A join that waited must not seat it then. */
  isConnected(): boolean
  /** Closes the connection so that its client comes back and resumes. */
  dropOut(): void
  /** A room that it was in has ended. That happens only to those who have no seat. */
  roomEnded(room: RoomId): void
}

interface Seat {
  readonly user: User
  /** Nearly always one member. A list of one takes far less memory than a set. */
  readonly members: Member[]
  holdTimer: NodeJS.Timeout | undefined
}

/**
 * The seats of a room. A seat belongs to a person, who may use it with several connections
 * (PROTOCOL.md C2).
 */
export class RoomSeats {
  readonly #max: number
  readonly #seats = new Map<UserId, Seat>()

  constructor(max: number) {
    this.#max = max
  }

  /** How many seats are taken, held ones included. */
  get takenSeats(): number {
    return this.#seats.size
  }

  get users(): readonly User[] {
    return Array.from(this.#seats.values(), seat => seat.user)
  }

  /** Everybody who sits here with a connection. */
  get members(): readonly Member[] {
    return [...this.#seats.values()].flatMap(seat => seat.members)
  }

  isSeated(user: UserId): boolean {
    return this.#seats.has(user)
  }

  /** With how many connections `user` sits here. */
  connectionsOf(user: UserId): number {
    return this.#seats.get(user)?.members.length ?? 0
  }

  /** Whether `user` has a seat or could take one now. */
  hasSeatFor(user: UserId): boolean {
    return this.#seats.has(user) || this.#seats.size < this.#max
  }

  /**
   * Seats a member. Returns true when the person had no seat before. The caller must have asked
   * `hasSeatFor` in the same synchronous step.
   */
  takeSeat(member: Member): boolean {
    const seat = this.#seats.get(member.user.id)
    if (seat === undefined) {
      this.#seats.set(member.user.id, { user: member.user, members: [member], holdTimer: undefined })
      return true
    }
    clearTimeout(seat.holdTimer)
    seat.holdTimer = undefined
    if (!seat.members.includes(member)) seat.members.push(member)
    return false
  }

  /** Removes a member. Returns true when the person gave up the seat with it. */
  releaseSeat(member: Member): boolean {
    const seat = this.#seats.get(member.user.id)
    if (seat === undefined || !removeMember(seat, member) || seat.members.length > 0) return false
    this.#seats.delete(member.user.id)
    return true
  }

  /**
   * Removes a member but holds the person's seat for `holdMs`. Calls `expired` if the person has
   * not come back by then.
   */
  holdSeat(member: Member, holdMs: number, expired: () => void): void {
    const seat = this.#seats.get(member.user.id)
    if (seat === undefined || !removeMember(seat, member) || seat.members.length > 0) return
    this.#expireSeatLater(seat, holdMs, expired)
  }

  /** Holds a seat for somebody without a member here, as `holdSeat` does. */
  restoreSeat(user: User, holdMs: number, expired: () => void): void {
    const seat: Seat = { user, members: [], holdTimer: undefined }
    this.#seats.set(user.id, seat)
    this.#expireSeatLater(seat, holdMs, expired)
  }

  #expireSeatLater(seat: Seat, holdMs: number, expired: () => void): void {
    seat.holdTimer = setTimeout(() => {
      this.#seats.delete(seat.user.id)
      expired()
    }, holdMs)
  }

  /** Forgets all seats and their timers. */
  clearSeats(): void {
    for (const seat of this.#seats.values()) clearTimeout(seat.holdTimer)
    this.#seats.clear()
  }
}

/** Removes a member from a seat. Returns false when it was not there. */
function removeMember({ members }: Seat, member: Member): boolean {
  const index = members.indexOf(member)
  if (index >= 0) members.splice(index, 1)
  return index >= 0
}
