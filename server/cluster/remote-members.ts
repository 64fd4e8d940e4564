import type { Role, RoomId, User } from '../../protocol/model.ts'
import type { Room } from '../chat/room.ts'
import type { NodeId } from '../chat/room-owners.ts'
import type { Member } from '../chat/room-seats.ts'
import type { NodeLink } from './node-link.ts'

/** The frames of a room on their way to one other node. */
class RoomFeed {
  readonly #room: Room
  readonly #link: NodeLink
  #newest: Buffer | undefined

  constructor(room: Room, link: NodeLink) {
    this.#room = room
    this.#link = link
  }

  /** Each member of that node is told the same buffer. It goes over the wire once. */
  deliverFrames(frames: Buffer, isMoreSoon?: boolean): void {
    if (frames === this.#newest) return
    this.#newest = frames
    const { id, history } = this.#room
    const item = { kind: 'frames', room: id, lastSeq: history.lastSeq, bytes: frames.length } as const
    this.#link.sendItem(item, frames, isMoreSoon)
  }
}

/** A connection to another node, as the room knows it. */
export class RemoteMember implements Member {
  readonly isRemote = true
  readonly user: User
  readonly role: Role
  readonly #feed: RoomFeed
  readonly #onRoomEnded: () => void
  #isConnected = true

  constructor({ user, role }: Pick<Member, 'user' | 'role'>, feed: RoomFeed, onRoomEnded: () => void) {
    this.user = user
    this.role = role
    this.#feed = feed
    this.#onRoomEnded = onRoomEnded
  }

  isSameAs({ user, role }: Pick<Member, 'user' | 'role'>): boolean {
    return user.id === this.user.id && role === this.role
  }

  deliverFrames(frames: Buffer, isMoreSoon?: boolean): void {
    this.#feed.deliverFrames(frames, isMoreSoon)
  }

  isConnected(): boolean {
    return this.#isConnected
  }

  markGone(): void {
    this.#isConnected = false
  }

  /** Its own node looks after its connection. */
  dropOut(): void {}

  /** Its own node knows by the frames. */
  roomEnded(): void {
    this.#onRoomEnded()
  }
}

interface MembersOfNode {
  readonly room: Room
  readonly link: NodeLink
  readonly feed: RoomFeed
  readonly members: Map<number, RemoteMember>
}

/** The members that other nodes have in the rooms of this one. */
export class RemoteMembers {
  readonly #byNode = new Map<NodeId, Map<RoomId, MembersOfNode>>()

  /**
   * The member with this number, who is new if the number is. Undefined when the number is that of
   * somebody else: nobody gets another one's seat, and with it a way in without the password.
   */
  memberOf(
    link: NodeLink,
    room: Room,
    number: number,
    who: Pick<Member, 'user' | 'role'>,
  ): RemoteMember | undefined {
    const { members, feed } = this.#membersIn(link, room)
    const known = members.get(number)
    if (known !== undefined) return known.isSameAs(who) ? known : undefined
    const member = new RemoteMember(who, feed, () => this.takeMember(link, room.id, number))
    members.set(number, member)
    return member
  }

  /** Takes a member out, and returns the room in which it was. */
  takeMember(
    link: NodeLink,
    room: RoomId,
    number: number,
  ): { readonly room: Room; readonly member: RemoteMember } | undefined {
    const found = this.#byNode.get(link.peer)?.get(room)
    const member = found?.members.get(number)
    if (found === undefined || member === undefined) return undefined
    member.markGone()
    found.members.delete(number)
    if (found.members.size === 0) this.#byNode.get(link.peer)?.delete(room)
    return { room: found.room, member }
  }

  /** How many members of the room each node has. */
  countByNode(room: RoomId): ReadonlyMap<NodeId, number> {
    const counts = new Map<NodeId, number>()
    for (const [node, rooms] of this.#byNode) counts.set(node, rooms.get(room)?.members.size ?? 0)
    return counts
  }

  /** The room is not with this node any more. */
  forgetRoom(room: RoomId): void {
    for (const rooms of this.#byNode.values()) rooms.delete(room)
  }

  /** The numbers of all members that the node has in the room. */
  numbersIn(link: NodeLink, room: RoomId): readonly number[] {
    return [...(this.#byNode.get(link.peer)?.get(room)?.members.keys() ?? [])]
  }

  /** The node is dead: its members keep their seats for a while. */
  disconnectNode(node: NodeId): void {
    const rooms = this.#byNode.get(node)
    this.#byNode.delete(node)
    for (const { room, members } of rooms?.values() ?? []) {
      for (const member of members.values()) {
        member.markGone()
        room.disconnect(member)
      }
    }
  }

  /** Who has members in rooms of this node, and in which. */
  *placesOfMembers(): Iterable<{ readonly link: NodeLink; readonly room: RoomId }> {
    for (const rooms of this.#byNode.values()) for (const [room, { link }] of rooms) yield { link, room }
  }

  #membersIn(link: NodeLink, room: Room): MembersOfNode {
    const rooms = this.#byNode.get(link.peer) ?? new Map<RoomId, MembersOfNode>()
    this.#byNode.set(link.peer, rooms)
    const known = rooms.get(room.id)
    // A room that was given up and taken again is another one.
    if (known !== undefined && known.room === room) return known
    const fresh = { room, link, feed: new RoomFeed(room, link), members: new Map() }
    rooms.set(room.id, fresh)
    return fresh
  }
}
