import type { RoomId, User } from '../../protocol/model.ts'
import type { Room } from '../chat/room.ts'
import type { Member } from '../chat/seats.ts'
import type { ClientLink } from './client-link.ts'
import type { Bucket } from './rate-limit.ts'

/** What handlers know of a client that has said `hello`. */
export interface ReadySession {
  readonly user: User
  readonly link: ClientLink
  /** This connection as rooms know it; one for all, so that two joins at once can't seat it twice. */
  readonly member: Member
  readonly rooms: Map<RoomId, Room>
  /** Joins under way, by room: what comes for the room meanwhile waits for them (PROTOCOL.md F6). */
  readonly joining: Map<RoomId, Promise<void>>
  readonly messages: Bucket
  /** Hints that the user writes. */
  readonly hints: Bucket
  /** True once the connection is gone, for a handler that waited meanwhile. */
  isClosed: boolean
}
