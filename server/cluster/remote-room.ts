import { setTimeout as sleep } from 'node:timers/promises'
import type { EncodedMessages } from '../../protocol/codec.ts'
import type { RoomId, Seq, UserId } from '../../protocol/model.ts'
import type { Joined, JoinOptions, RoomAccess } from '../chat/room-access.ts'
import type { NodeId } from '../chat/room-owners.ts'
import type { Member } from '../chat/room-seats.ts'
import type { WireItemOf } from './envelope.ts'
import { type NodeLink, NotOwnerError, ownerUnreachable } from './node-link.ts'
import { type GifBytesStore, RemoteGifs } from './remote-gifs.ts'
import { RoomRoster } from './room-roster.ts'

/** How long to wait before the owner is looked for again, in milliseconds. */
const LOOK_AGAIN_MS = 250

/** What a remote room needs of the node it is on. */
export interface RemoteRoomHome {
  readonly store: GifBytesStore
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
 * 2. Detached: something was lost on the way, or the owner is gone. Requests are answered
 *    `unavailable`, and nothing is delivered. The owner is looked for, who may be another node by
 *    now, and is told all members of this node and the last message that they heard.
 * 3. Attached again: the owner has answered what they missed. If that is too much for one answer,
 *    their connections are closed, and their clients resume by themselves.
 * 4. Forgotten: the last member has left, or the room is gone.
 */
export class RemoteRoom implements RoomAccess {
  readonly id: RoomId
  readonly gifs: RemoteGifs
  readonly history: RoomAccess['history'] = {
    postMessage: (user, clientMessageId, body) => {
      if (!('text' in body)) return Promise.reject(new Error('a GIF is posted by its id'))
      const { text, replyTo, bot } = body
      return this.#askOwner(
        { kind: 'post', room: this.id, user, clientMessageId, text, replyTo, bot },
        'posted',
        posted => posted,
      )
    },
    readPage: (beforeSeq, limit) =>
      this.#askOwner(
        { kind: 'readPage', room: this.id, beforeSeq, limit },
        'pageRead',
        (_, body): EncodedMessages => body.toString(),
      ),
  }
  readonly typing: RoomAccess['typing'] = {
    noteWriter: user => this.#link?.sendItem({ kind: 'typing', room: this.id, user }),
  }
  readonly #home: RemoteRoomHome
  /** To the owner. Undefined while detached. */
  #link: NodeLink | undefined
  /** To the owner as it is known, unless it has said that it is no longer. */
  #lastLink: NodeLink | undefined
  #isAttaching = false
  /** Connections of this node that are in the room, by their numbers. */
  readonly #members = new Map<Member, number>()
  readonly #addresses = new WeakMap<Member, string>()
  #lastMember = 0
  #asking = 0
  readonly #roster = new RoomRoster()
  #lastSeq: Seq = 0

  constructor(id: RoomId, link: NodeLink, home: RemoteRoomHome) {
    this.id = id
    this.#link = link
    this.#lastLink = link
    this.#home = home
    this.gifs = new RemoteGifs(id, home.store, {
      ask: (request, expected, onAnswer, onProgress) =>
        this.#askOwner(request, expected, onAnswer, onProgress),
      sendItem: item => this.#link?.sendItem(item),
    })
  }

  /** Undefined while it is looked for. */
  get owner(): NodeId | undefined {
    return this.#link?.peer
  }

  isPresent(user: UserId): Promise<boolean> {
    return this.#askOwner({ kind: 'isPresent', room: this.id, user }, 'present', present => present.isPresent)
  }

  mayPost(user: UserId): Promise<boolean> {
    return this.#askOwner({ kind: 'isPresent', room: this.id, user }, 'present', present => present.mayPost)
  }

  async join(member: Member, options: JoinOptions, answer: (joined: Joined) => void): Promise<void> {
    if (!this.#home.keepRemoteRoom(this)) throw ownerUnreachable()
    const number = this.#members.get(member) ?? ++this.#lastMember
    const { password, sinceSeq, address = '' } = options
    const request = {
      kind: 'join',
      room: this.id,
      member: number,
      user: member.user,
      role: member.role,
      address,
      password,
      sinceSeq,
    } as const
    const take = (joined: WireItemOf<'joined'>, body: Buffer) => {
      if (!member.isConnected()) {
        this.#link?.sendItem({ kind: 'disconnect', room: this.id, member: number })
        return
      }
      this.#members.set(member, number)
      this.#addresses.set(member, address)
      this.#lastSeq = joined.lastSeq
      const { room, members, bots, observers, connections, lastSeq, gap } = joined
      this.#roster.replaceWith(members)
      if (bots !== undefined || observers !== undefined) this.#roster.noteAttendants()
      const lists = { members, ...(bots && { bots }), ...(observers && { observers }) }
      answer({ room, ...lists, connections, lastSeq, gap, messages: body.toString() })
    }
    await this.#askOwner(request, 'joined', take, () => options.onStandingInLine?.())
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

  /** The room is with its owner no longer. */
  forgetOwner(): void {
    this.#lastLink = undefined
    this.detach()
  }

  /** Something that the owner said, or the owner itself, is lost. */
  detach(): void {
    this.#link = undefined
    if (this.#members.size > 0) void this.#attach()
    else this.#forgetIfEmpty()
  }

  /** The room has ended while bots and observers alone were there. */
  #end(): void {
    const members = [...this.#members.keys()]
    this.#members.clear()
    for (const member of members) member.roomEnded(this.id)
    this.#forgetIfEmpty()
  }

  #removeMember(member: Member, kind: 'leave' | 'disconnect'): void {
    const number = this.#members.get(member)
    if (number === undefined) return
    this.#members.delete(member)
    this.#link?.sendItem({ kind, room: this.id, member: number })
    this.#forgetIfEmpty()
  }

  #forgetIfEmpty(): void {
    if (this.#members.size === 0 && this.#asking === 0) this.#home.forgetRemoteRoom(this)
  }

  /** Resolves with what `read` makes of the answer, in the moment in which the answer comes. */
  async #askOwner<Kind extends Parameters<NodeLink['ask']>[1], Result>(
    request: Parameters<NodeLink['ask']>[0],
    expected: Kind,
    read: (answer: WireItemOf<Kind>, body: Buffer) => Result,
    onProgress?: Parameters<NodeLink['ask']>[3],
  ): Promise<Result> {
    const link = this.#link
    if (link === undefined) throw ownerUnreachable()
    let result: { readonly value: Result } | undefined
    this.#asking++
    try {
      const take = (answer: WireItemOf<Kind>, body: Buffer) => {
        result = { value: read(answer, body) }
      }
      await link.ask(request, expected, take, onProgress)
    } catch (error) {
      if (!(error instanceof NotOwnerError)) throw error
      if (this.#link === link) this.forgetOwner()
      throw ownerUnreachable()
    } finally {
      this.#asking--
      this.#forgetIfEmpty()
    }
    if (result === undefined) throw new Error('the owner has answered nothing')
    return result.value
  }

  async #attach(): Promise<void> {
    if (this.#isAttaching) return
    this.#isAttaching = true
    while (this.#link === undefined && this.#members.size > 0) {
      try {
        // The store is asked only when the owner is dead: thousands of rooms may be detached.
        if (this.#lastLink === undefined || this.#lastLink.isClosed)
          this.#lastLink = await this.#home.findOwner(this.id)
        if (this.#lastLink === undefined) this.#dropAllOut()
        else await this.#attachTo(this.#lastLink)
      } catch (error) {
        if (error instanceof NotOwnerError) this.#lastLink = undefined
        await sleep(LOOK_AGAIN_MS)
      }
    }
    this.#isAttaching = false
    this.#forgetIfEmpty()
  }

  async #attachTo(link: NodeLink): Promise<void> {
    const asked = new Map([...this.#members].map(([member, number]) => [number, member]))
    const members = Array.from(asked, ([number, member]) => ({
      member: number,
      user: member.user,
      role: member.role,
      address: this.#addresses.get(member) ?? '',
    }))
    const { knowsAttendants } = this.#roster
    const request = {
      kind: 'attach',
      room: this.id,
      sinceSeq: this.#lastSeq,
      members,
      knowsAttendants,
    } as const
    await link.ask(request, 'attached', ({ refused, gap, lastSeq, members: people }, body) => {
      this.#link = link
      for (const [number, member] of asked) {
        if (!this.#members.has(member)) link.sendItem({ kind: 'disconnect', room: this.id, member: number })
      }
      const lost = gap ? [...asked.values()] : refused.flatMap(number => asked.get(number) ?? [])
      for (const member of lost) this.#dropOut(member)
      this.#lastSeq = lastSeq
      const frames = this.#roster.missedFrames(this.id, people, body.toString())
      if (frames.length > 0) for (const member of this.#members.keys()) member.deliverFrames(frames)
    })
  }

  #dropAllOut(): void {
    for (const member of [...this.#members.keys()]) this.#dropOut(member)
  }

  /** The client comes back, and resumes or learns that the room is gone. */
  #dropOut(member: Member): void {
    this.disconnect(member)
    member.dropOut()
  }
}
