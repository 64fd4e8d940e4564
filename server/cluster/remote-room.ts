import type { RoomId, Seq, UserId } from '../../protocol/model.ts'
import type { Room } from '../chat/room.ts'
import {
  type Joined,
  type JoinOptions,
  noSuchRoom,
  type RoomAccess,
  RoomMovedError,
} from '../chat/room-access.ts'
import type { NodeId } from '../chat/room-owners.ts'
import type { Member } from '../chat/room-seats.ts'
import type { NamedMember, WireItemOf } from './envelope.ts'
import { FleetRoomRoster } from './fleet-room-roster.ts'
import { type NodeLink, ownerUnreachable } from './node-link.ts'
import { OwnerRequests } from './owner-requests.ts'
import { type GifBytesStore, RemoteGifs } from './remote-gifs.ts'
import { remoteHistory } from './remote-history.ts'
import { RemoteMember } from './remote-members.ts'
import { ShortPause } from './short-pause.ts'

/** How long to wait before the owner is asked again, in milliseconds. */
const ASK_AGAIN_MS = 250
/** How long to wait for an owner that this node does not know before the store is asked again. */
const UNKNOWN_MS = 3_000

/** What a remote room needs of the node it is on. */
export interface RemoteRoomHome {
  readonly store: GifBytesStore
  /** Numbers a connection in a room. No two of this node have the same, in whatever room. */
  nextMemberNumber(): number
  /**
   * The link to the room's owner, who is found anew. Undefined when there is no such room. Rejects
   * when that can't be told just now.
   */
  findOwner(room: RoomId): Promise<NodeLink | undefined>
  /** Frames and news of the room come to this one, until it is forgotten. False if another does. */
  keepRemoteRoom(room: RemoteRoom): boolean
  /** Nobody of this node is in the room any more. */
  forgetRemoteRoom(room: RemoteRoom): void
}

/**
 * A room as a node sees it that does not own it, an edge. It goes through these phases:
 *
 * 1. Attached: what members ask goes to the owner, and its frames go to the members.
 * 2. Detached: nothing is delivered. When the owner gives the room away, requests wait for the
 *    next one. When something was lost on the way, or the owner is dead, they are answered
 *    `unavailable`. The owner is looked for, who may be another node by now, and is told all
 *    members of this node and the last message that they heard.
 * 3. Attached again: the owner has answered what they missed. If that is too much for one answer,
 *    their connections are closed, and their clients resume by themselves.
 * 4. Forgotten: the owner knows that the last member has left, or the room is gone. Otherwise the
 *    owner would count members for ever of whom nobody ever tells it again.
 */
export class RemoteRoom implements RoomAccess {
  readonly id: RoomId
  readonly gifs: RemoteGifs
  readonly history: RoomAccess['history']
  readonly typing: RoomAccess['typing'] = {
    noteWriter: user => this.#link?.sendItem({ kind: 'typing', room: this.id, user }),
  }
  readonly #home: RemoteRoomHome
  readonly #requests = new OwnerRequests({
    onMoved: link => {
      if (this.#link === link) this.moveOn(undefined)
    },
    onWaiting: () => void this.#attach(),
    onSettled: () => this.#forgetIfEmpty(),
  })
  /** To the owner. Undefined while detached. */
  #link: NodeLink | undefined
  /** To the owner as it is known, unless it has said that it is no longer. */
  #lastLink: NodeLink | undefined
  #isAttaching = false
  readonly #pause = new ShortPause()
  /** Connections of this node that are in the room. */
  readonly #members = new Map<Member, NamedMember>()
  /** The owner may count members who are not here any more. It has to be told who is. */
  #owesMembers = false
  readonly #roster = new FleetRoomRoster()
  #lastSeq: Seq = 0

  constructor(id: RoomId, link: NodeLink | undefined, home: RemoteRoomHome) {
    this.id = id
    this.#link = link
    this.#lastLink = link
    if (link !== undefined) this.#requests.sendTo(link)
    this.#home = home
    this.history = remoteHistory(id, this.#requests)
    this.gifs = new RemoteGifs(id, home.store, this.#requests)
  }

  /** Undefined while it is looked for. */
  get owner(): NodeId | undefined {
    return this.#link?.peer
  }

  async isPresent(user: UserId): Promise<boolean> {
    return (await this.#askPresence(user)).isPresent
  }

  async mayPost(user: UserId): Promise<boolean> {
    return (await this.#askPresence(user)).mayPost
  }

  async join(member: Member, options: JoinOptions, answer: (joined: Joined) => void): Promise<void> {
    if (!this.#home.keepRemoteRoom(this)) throw ownerUnreachable()
    const { password, sinceSeq, address = '' } = options
    const who = this.#nameMember(member, address)
    const request = { kind: 'join', room: this.id, ...who, password, sinceSeq } as const
    const take = (joined: WireItemOf<'joined'>, body: Buffer) => {
      if (!member.isConnected()) {
        this.#tellGone('disconnect', who)
        return
      }
      this.#members.set(member, who)
      this.#lastSeq = joined.lastSeq
      const { room, members, bots, observers, connections, lastSeq, gap } = joined
      this.#roster.replaceWith(members)
      if (bots !== undefined || observers !== undefined) this.#roster.noteAttendants()
      const lists = { members, ...(bots && { bots }), ...(observers && { observers }) }
      answer({ room, ...lists, connections, lastSeq, gap, messages: body.toString() })
    }
    await this.#requests.askOwner(request, 'joined', take, () => options.onStandingInLine?.())
  }

  leave(member: Member): void {
    this.#removeMember(member, 'leave')
  }

  disconnect(member: Member): void {
    this.#removeMember(member, 'disconnect')
  }

  /** Frames of the room have come from `owner`, for every member here. */
  deliverFrames(owner: NodeLink, lastSeq: Seq, frames: Buffer): void {
    // A node that owned the room before may send more. A new owner tells the same again.
    if (owner !== this.#link) return
    this.#lastSeq = lastSeq
    const isEnded = this.#roster.noteFrames(frames)
    for (const member of this.#members.keys()) member.deliverFrames(frames)
    if (isEnded) this.#end()
  }

  /** Takes over those who are in the room of this node, which the node gives away. */
  takeMembers(room: Room): void {
    if (this.#members.size === 0) {
      this.#lastSeq = room.history.lastSeq
      this.#roster.replaceWith(room.seatedUsers)
      const { bots, observers } = room.attendants
      if (bots.length > 0 || observers.length > 0) this.#roster.noteAttendants()
    }
    for (const { member, address } of room.members) {
      // Those who were here before this node owned the room are members of other nodes to it.
      if (member instanceof RemoteMember) continue
      this.#members.set(member, this.#nameMember(member, address))
    }
    this.#link = undefined
    this.#requests.waitForOwner()
  }

  /** The room is with another owner from now on: that of `next`, if it is known. */
  moveOn(next: NodeLink | undefined): void {
    this.#link = undefined
    this.#lastLink = next
    this.#requests.waitForOwner()
    this.#pause.endPause()
    void this.#attach()
  }

  /** Something that the owner said, or the owner itself, is lost. */
  detach(): void {
    this.#owesMembers ||= !this.#isEmpty
    this.#link = undefined
    this.#requests.loseOwner()
    void this.#attach()
  }

  /** The room has ended while bots and observers alone were there. */
  #end(): void {
    const members = [...this.#members.keys()]
    this.#members.clear()
    for (const member of members) member.roomEnded(this.id)
    this.#forgetIfEmpty()
  }

  #removeMember(member: Member, kind: 'leave' | 'disconnect'): void {
    const who = this.#members.get(member)
    if (who === undefined) return
    this.#members.delete(member)
    this.#tellGone(kind, who)
    this.#forgetIfEmpty()
  }

  #nameMember(member: Member, address = ''): NamedMember {
    const { user, role } = member
    const number = this.#members.get(member)?.member ?? this.#home.nextMemberNumber()
    return { member: number, user, role, address }
  }

  /** Without an owner, nothing is told: the next one gets to know who is here. */
  #tellGone(kind: 'leave' | 'disconnect', { member, user }: NamedMember): void {
    const link = this.#link
    if (link === undefined) return
    link.sendItem({ kind, room: this.id, member })
    // Any answer to what is asked behind it shows that the owner knows. Until then this room stays.
    if (link.isUp) this.#askPresence(user.id).catch(() => {})
    else {
      this.#owesMembers = true
      this.detach()
    }
  }

  #askPresence(user: UserId): Promise<WireItemOf<'present'>> {
    return this.#requests.askOwner({ kind: 'isPresent', room: this.id, user }, 'present', present => present)
  }

  get #isEmpty(): boolean {
    return this.#members.size === 0 && this.#requests.size === 0 && !this.#owesMembers
  }

  #forgetIfEmpty(): void {
    if (this.#isEmpty) this.#home.forgetRemoteRoom(this)
  }

  async #attach(): Promise<void> {
    if (this.#isAttaching) return
    this.#isAttaching = true
    let foundAt = performance.now()
    while (this.#link === undefined && !this.#isEmpty) {
      let link = this.#lastLink
      try {
        // The store is asked only when the owner is dead, or may be: this node has never seen it.
        const isUnknown = link?.isOpen === false && performance.now() - foundAt >= UNKNOWN_MS
        if (link === undefined || link.isClosed || isUnknown) {
          this.#lastLink = undefined
          const found = await this.#home.findOwner(this.id)
          foundAt = performance.now()
          // Meanwhile the last owner may have told who is next.
          link = this.#lastLink ?? found
        }
        if (link !== undefined) await this.#attachTo(link)
        else {
          this.#owesMembers = false
          for (const member of [...this.#members.keys()]) this.#dropOut(member)
          this.#requests.endWait(noSuchRoom())
        }
      } catch (error) {
        if (this.#lastLink === link && error instanceof RoomMovedError) this.#lastLink = undefined
        await this.#pause.take(ASK_AGAIN_MS)
      }
    }
    this.#isAttaching = false
    this.#forgetIfEmpty()
  }

  async #attachTo(link: NodeLink): Promise<void> {
    this.#lastLink = link
    const asked = new Map([...this.#members].map(([member, who]) => [who, member]))
    if (asked.size === 0 && !this.#owesMembers) {
      this.#use(link)
      return
    }
    // If the answer is lost, the owner may know them, whoever of them leaves meanwhile.
    this.#owesMembers = true
    const { knowsAttendants } = this.#roster
    const known = { sinceSeq: this.#lastSeq, knowsAttendants, members: [...asked.keys()] }
    await link.ask(
      { kind: 'attach', room: this.id, ...known },
      'attached',
      ({ refused, gap, lastSeq, members: people }, body) => {
        // The room has moved on meanwhile.
        if (this.#lastLink !== link) return
        this.#owesMembers = false
        this.#use(link)
        for (const [who, member] of asked) {
          if (!this.#members.has(member)) this.#tellGone('disconnect', who)
          else if (gap || refused.includes(who.member)) this.#dropOut(member)
        }
        this.#lastSeq = lastSeq
        const frames = this.#roster.missedFrames(this.id, people, body.toString())
        if (frames.length > 0) for (const member of this.#members.keys()) member.deliverFrames(frames)
      },
    )
  }

  #use(link: NodeLink): void {
    this.#link = link
    this.#requests.sendTo(link)
  }

  /** The client comes back, and resumes or learns that the room is gone. */
  #dropOut(member: Member): void {
    this.disconnect(member)
    member.dropOut()
  }
}
