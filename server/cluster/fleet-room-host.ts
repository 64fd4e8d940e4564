import { RequestError } from '../../protocol/error-codes.ts'
import type { RoomId } from '../../protocol/model.ts'
import { RoomGoneError, StoreUnavailableError } from '../chat/chat-store.ts'
import type { CoreLog } from '../chat/core-log.ts'
import type { Room } from '../chat/room.ts'
import { type Joined, RoomMovedError } from '../chat/room-access.ts'
import type { NodeId } from '../chat/room-owners.ts'
import type { WireItemOf, WireRequest } from './envelope.ts'
import { type NodeLink, ownerUnreachable } from './node-link.ts'
import { RemoteMembers } from './remote-members.ts'

/** How long another node may take to store a GIF for which there is space, in milliseconds. */
const KEEP_GIF_MS = 30_000

/** What a host needs of the node it is on. */
interface HostRooms {
  /** The room, if this node surely owns it. Throws `RoomMovedError`, or `unavailable`. */
  ownRoom(room: RoomId): Room
  /** Resolves when the room is not on its way to another node. */
  untilSettled(room: RoomId): Promise<void>
  /** See `RoomGifs.saveGifWith`. */
  saveGifWith(room: RoomId, gif: WireItemOf<'saveGif'>['gif'], keep: () => Promise<void>): Promise<void>
}

/** Takes a room that another node gives away. */
type TakeRoom = (link: NodeLink, item: WireItemOf<'take'>) => Promise<void>

/** A request that is answered. */
interface Answered {
  readonly id: number
  readonly room: RoomId
}

interface KeptGif {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Carries out what other nodes ask of the rooms that this one owns. */
export class FleetRoomHost {
  readonly #rooms: HostRooms
  readonly #log: CoreLog
  readonly members = new RemoteMembers()
  readonly #gifs = new Map<string, KeptGif>()

  readonly #takeRoom: TakeRoom

  constructor(rooms: HostRooms, log: CoreLog, takeRoom: TakeRoom) {
    this.#rooms = rooms
    this.#log = log
    this.#takeRoom = takeRoom
  }

  /** Takes a request or a notice. */
  receiveRequest(link: NodeLink, item: WireRequest): void {
    switch (item.kind) {
      case 'leave':
      case 'disconnect': {
        const taken = this.members.takeMember(link, item.room, item.member)
        taken?.room[item.kind](taken.member)
        return
      }
      case 'typing':
        this.#noteWriter(item)
        return
      case 'gifKept':
        this.#noteGifKept(link, item)
        return
      case 'join':
        this.#answer(link, item, this.#join(link, item))
        return
      case 'take':
        this.#answer(link, item, this.#takeRoom(link, item))
        return
      case 'attach':
        this.#answer(link, item, this.#attach(link, item))
        return
      case 'post':
        this.#answer(link, item, this.#post(link, item))
        return
      case 'postGif':
        this.#answer(link, item, this.#postGif(link, item))
        return
      case 'saveGif':
        this.#answer(link, item, this.#saveGif(link, item))
        return
      case 'readPage':
        this.#answer(link, item, this.#readPage(link, item))
        return
      case 'isPresent':
        this.#answer(link, item, this.#tellPresence(link, item))
        return
      default:
        item satisfies never
    }
  }

  disconnectNode(node: NodeId): void {
    this.members.disconnectNode(node)
  }

  /** This node has given its rooms up. Those who have members there look for the new owners. */
  tellMoved(): void {
    for (const { link, room } of this.members.placesOfMembers()) link.sendItem({ kind: 'moved', room })
  }

  async #join(link: NodeLink, item: WireItemOf<'join'>): Promise<void> {
    const { id, member: number, user, role, address, password, sinceSeq } = item
    const room = this.#rooms.ownRoom(item.room)
    const wasSeated = this.members.numbersIn(link, room.id).includes(number)
    const member = this.members.memberOf(link, room, number, { user, role })
    if (member === undefined) throw ownerUnreachable()
    let isAnswered = false
    const answer = ({ messages, bots, observers, ...joined }: Joined) => {
      isAnswered = true
      const body = Buffer.from(messages)
      const lists = {
        members: [...joined.members],
        bots: bots && [...bots],
        observers: observers && [...observers],
      }
      link.sendItem({ kind: 'joined', id, ...joined, ...lists, bytes: body.length }, body)
    }
    const onStandingInLine = () => link.sendItem({ kind: 'standsInLine', id })
    try {
      await room.join(member, { password, sinceSeq, address, onStandingInLine }, answer)
    } finally {
      if (!isAnswered && !wasSeated) this.members.takeMember(link, room.id, number)
    }
    if (!isAnswered) throw ownerUnreachable()
  }

  /** The other node says which members it has. Whoever it does not name is gone. */
  async #attach(
    link: NodeLink,
    { id, room: roomId, sinceSeq, members, knowsAttendants }: WireItemOf<'attach'>,
  ): Promise<void> {
    const room = this.#rooms.ownRoom(roomId)
    const named = new Set(members.map(({ member }) => member))
    for (const number of this.members.numbersIn(link, roomId)) {
      if (named.has(number)) continue
      const taken = this.members.takeMember(link, roomId, number)
      taken?.room.disconnect(taken.member)
    }
    const refused: number[] = []
    for (const { member: number, address, ...who } of members) {
      const member = this.members.memberOf(link, room, number, who)
      if (member === undefined) {
        refused.push(number)
        continue
      }
      try {
        await room.rejoin(member, address)
      } catch (error) {
        if (!(error instanceof RequestError) || error.code !== 'roomFull') throw error
        this.members.takeMember(link, roomId, number)
        refused.push(number)
      }
    }
    if (knowsAttendants) room.tellAttendants()
    await room.history.ensureCaughtUp()
    const { messages, lastSeq, gap } = room.history.missedSince(sinceSeq)
    const body = Buffer.from(messages)
    const people = [...room.seatedUsers]
    link.sendItem({ kind: 'attached', id, members: people, refused, lastSeq, gap, bytes: body.length }, body)
  }

  async #post(link: NodeLink, item: WireItemOf<'post'>): Promise<void> {
    const { id, user, clientMessageId, text, replyTo, bot } = item
    const body = { text, ...(replyTo !== undefined && { replyTo }), ...(bot && { bot }) }
    const room = this.#rooms.ownRoom(item.room)
    const posted = await room.history.postMessage(user, clientMessageId, body)
    link.sendItem({ kind: 'posted', id, ...posted })
  }

  async #postGif(link: NodeLink, { id, room, kind: _, ...post }: WireItemOf<'postGif'>): Promise<void> {
    const posted = await this.#rooms.ownRoom(room).gifs.postGif(post, () => {})
    link.sendItem({ kind: 'posted', id, ...posted })
  }

  async #saveGif(link: NodeLink, { id, room, gif }: WireItemOf<'saveGif'>): Promise<void> {
    this.#rooms.ownRoom(room)
    await this.#rooms.saveGifWith(room, gif, () => this.#haveGifKept(link, id))
    link.sendItem({ kind: 'gifSaved', id })
  }

  /** Has the other node store the bytes, and rejects as the store would here. */
  async #haveGifKept(link: NodeLink, id: number): Promise<void> {
    const key = gifKeyOf(link, id)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => reject(new StoreUnavailableError('a node did not store a GIF')),
      KEEP_GIF_MS,
    )
    this.#gifs.set(key, { resolve, reject })
    link.sendItem({ kind: 'keepGif', id })
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#gifs.delete(key)
    }
  }

  #noteGifKept(link: NodeLink, { id, outcome }: WireItemOf<'gifKept'>): void {
    const gif = this.#gifs.get(gifKeyOf(link, id))
    if (outcome === 'kept') gif?.resolve()
    else if (outcome === 'roomGone') gif?.reject(new RoomGoneError('the room of a GIF is gone'))
    else gif?.reject(new StoreUnavailableError('a node could not store a GIF'))
  }

  async #readPage(link: NodeLink, { id, room, beforeSeq, limit }: WireItemOf<'readPage'>): Promise<void> {
    const body = Buffer.from(await this.#rooms.ownRoom(room).history.readPage(beforeSeq, limit))
    link.sendItem({ kind: 'pageRead', id, bytes: body.length }, body)
  }

  async #tellPresence(link: NodeLink, { id, room: roomId, user }: WireItemOf<'isPresent'>): Promise<void> {
    const room = this.#rooms.ownRoom(roomId)
    link.sendItem({ kind: 'present', id, isPresent: room.isPresent(user), mayPost: room.mayPost(user) })
  }

  #noteWriter({ room, user }: WireItemOf<'typing'>): void {
    try {
      this.#rooms.ownRoom(room).typing.noteWriter(user)
    } catch {
      // A hint of writing that nobody can be told is forgotten.
    }
  }

  #answer(link: NodeLink, { id, room }: Answered, work: Promise<void>): void {
    work.catch(error => {
      if (error instanceof RoomMovedError) {
        // Whoever asks is told the next owner first, and asks there.
        const refusal = { kind: 'refused', id, code: 'notOwner', message: error.message } as const
        void this.#rooms.untilSettled(room).then(() => link.sendItem(refusal))
        return
      }
      if (!(error instanceof RequestError))
        this.#log.warn({ error: String(error) }, 'a request of another node failed in an unforeseen way')
      const { code, message, retryAfterMs, field, reason } =
        error instanceof RequestError
          ? error
          : new RequestError('internal', 'the server made a mistake: try again')
      link.sendItem({ kind: 'refused', id, code, message, retryAfterMs, field, reason })
    })
  }
}

const gifKeyOf = (link: NodeLink, id: number): string => `${link.peer} ${id}`
