import type { RoomId, RoomSummary, Seq, User, UserId } from '../../protocol/model.ts'
import type { Missed, RoomHistory } from './room-history.ts'
import type { Member } from './room-seats.ts'
import type { RoomTyping } from './room-typing.ts'

/** What a join answers (PROTOCOL.md C3). */
export interface Joined extends Missed {
  readonly room: RoomSummary
  readonly members: readonly User[]
}

export interface JoinOptions {
  readonly password?: string | undefined
  readonly sinceSeq?: Seq | undefined
  /** Where the member comes from. Passwords are checked in turns that are fair by address. */
  readonly address?: string
}

/**
 * What a session or an HTTP route may ask of a living room. Nothing here numbers messages, ends the
 * room or stops its posts: that is for the room and its registry alone.
 */
export interface RoomAccess {
  readonly id: RoomId
  readonly history: Pick<RoomHistory, 'postMessage' | 'readPage'>
  readonly typing: Pick<RoomTyping, 'noteWriter'>
  isSeated(user: UserId): boolean
  /** Whether `join` would compare a password: who holds a seat needs none (PROTOCOL.md C4). */
  needsPassword(user: UserId): boolean
  /** Whether this person opened the room or has shown its password: another guess tells nothing. */
  knowsPassword(user: UserId): boolean
  /**
   * Seats a member and answers what was missed. Rejects with `noSuchRoom`, `passwordRequired`,
   * `wrongPassword`, `roomFull` or `unavailable`. The last check, the seat, the subscription and
   * the answer are one synchronous step. So every event after the answer is later than its
   * `lastSeq` (PROTOCOL.md C3).
   */
  join(member: Member, options: JoinOptions, answer: (joined: Joined) => void): Promise<void>
  /** Takes a member's connection out of the room. The person exits with the last one. */
  leave(member: Member): void
  /** The connection broke: the person's seat is held for a while (PROTOCOL.md T3). */
  disconnect(member: Member): void
}
