import { messagePlaceInFrame } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ChatMessage, RoomId, RoomSummary, User, UserId } from '../../protocol/model.ts'
import {
  type AddressedMember,
  type AttendantLists,
  type RoomAttendantSettings,
  RoomAttendants,
} from './attendants/room-attendants.ts'
import type { ChatStore, LoadedRoom, StoredRoom } from './chat-store.ts'
import { FanOut } from './fan-out.ts'
import { frameTextBytes } from './fan-out-frames.ts'
import { GifsOfRoom } from './gifs-of-room.ts'
import type { RoomPasswordCheck } from './passwords/room-password.ts'
import { type Joined, type JoinOptions, noSuchRoom, type RoomAccess, RoomMovedError } from './room-access.ts'
import type { RoomGifs } from './room-gifs.ts'
import type { RoomGroupCommit } from './room-group-commit.ts'
import { RoomHistory } from './room-history.ts'
import { RoomPresence } from './room-presence.ts'
import { type Member, RoomSeats } from './room-seats.ts'
import { RoomTyping } from './room-typing.ts'

/** What a room tells its registry. */
interface RoomWatcher {
  /** The number of people has changed. */
  peopleChanged(room: Room): void
  /** Somebody has shown the password, and is about to sit here. */
  passwordShown(room: Room, user: User): Promise<void> | undefined
  /** Somebody could not join because the store failed. */
  joinHeldUp(room: Room): void
  /** What a room of an earlier run has is known from now on. */
  roomLoaded(room: Room, loaded: LoadedRoom): void
  /** The room keeps so many more bytes of messages. */
  messagesStored(room: Room, bytes: number): void
}

interface RoomSettings extends RoomAttendantSettings {
  /** How long a seat is held after an abnormal disconnect, in milliseconds. */
  readonly seatHoldMs: number
  readonly now: () => number
}

/** A living room: who sits in it, and what they hear. */
export class Room implements RoomAccess {
  readonly id: RoomId
  readonly history: RoomHistory
  readonly typing: RoomTyping
  readonly gifs: GifsOfRoom
  movedTo: RoomAccess | undefined
  readonly #stored: StoredRoom
  readonly #watcher: RoomWatcher
  readonly #settings: RoomSettings
  readonly #seats: RoomSeats
  readonly #attendants: RoomAttendants
  readonly #fanOut = new FanOut()
  readonly #presence: RoomPresence
  readonly #password: RoomPasswordCheck | undefined
  /** Bytes of a frame with a message that are not the message's. */
  readonly #bytesAround: number
  /** Why nobody can join any more. */
  #gone: Error | undefined

  constructor(
    stored: StoredRoom,
    dependencies: {
      store: ChatStore
      /** True for a room of an earlier run. */
      isFound: boolean
      commits: RoomGroupCommit
      gifs: RoomGifs
      watcher: RoomWatcher
      settings: RoomSettings
      /** Left out for a room without one. */
      password?: RoomPasswordCheck | undefined
    },
  ) {
    this.id = stored.id
    this.#stored = stored
    const { fromStart, fromEnd } = messagePlaceInFrame(stored.id)
    this.#bytesAround = fromStart + fromEnd
    this.#watcher = dependencies.watcher
    this.#settings = dependencies.settings
    this.#seats = new RoomSeats(stored.max)
    this.#presence = new RoomPresence(this.id, this.#fanOut, {
      people: () => this.#seats.takenSeats,
      attendants: () => this.#attendants.lists,
    })
    this.#attendants = new RoomAttendants(this.#settings, () => this.tellAttendants())
    this.typing = new RoomTyping(this.id, this.#fanOut)
    this.#password = dependencies.password
    this.history = new RoomHistory({
      room: stored.id,
      loadNewest: dependencies.isFound ? () => this.#loadNewest(dependencies) : undefined,
      store: dependencies.store,
      commits: dependencies.commits,
      now: dependencies.settings.now,
      deliver: (...told) => this.#deliverMessages(...told),
    })
    this.gifs = new GifsOfRoom(this.id, this.history, dependencies.gifs)
  }

  get people(): number {
    return this.#seats.takenSeats
  }

  /** Everybody with a seat, held ones included. */
  get seatedUsers(): readonly User[] {
    return this.#seats.users
  }

  get owner(): User {
    return this.#stored.owner
  }

  summary(): RoomSummary {
    const { id, title, max, owner, passwordHash, createdAt } = this.#stored
    return { id, title, people: this.people, max, hasPassword: passwordHash !== null, owner, createdAt }
  }

  isPresent(user: UserId): boolean {
    return this.mayPost(user) || this.#attendants.hasAttendant(user)
  }

  mayPost(user: UserId): boolean {
    return this.#seats.isSeated(user) || this.#attendants.hasBot(user)
  }

  /** Keeps the seats of people who sat here when another server owned the room. */
  restoreSeats(users: readonly User[]): void {
    for (const user of users)
      this.#seats.restoreSeat(user, this.#settings.seatHoldMs, () => this.#personExited(user))
  }

  async join(member: Member, options: JoinOptions, answer: (joined: Joined) => void): Promise<void> {
    this.#refuseIfFull(member, options)
    await this.#checkPassword(member, options)
    if (!member.isConnected()) return
    await this.#catchUp(member)
    if (!this.#seatMember(member, options)) return
    answer({
      room: this.summary(),
      members: this.#seats.users,
      connections: this.#connectionsOf(member),
      ...this.#attendants.someLists,
      ...this.history.missedSince(options.sinceSeq),
    })
  }

  /**
   * Seats a member again who has shown the password before, to this owner of the room or to an
   * earlier one. Rejects with `noSuchRoom`, `roomFull` or `unavailable`.
   */
  async rejoin(member: Member, address = ''): Promise<void> {
    await this.#catchUp(member)
    this.#seatMember(member, { address })
  }

  leave(member: Member): void {
    this.#fanOut.subscribers.delete(member)
    if (member.role !== 'person') this.#attendants.removeAttendant(member)
    else if (this.#seats.releaseSeat(member)) this.#personExited(member.user)
  }

  disconnect(member: Member): void {
    if (member.role !== 'person') {
      this.leave(member)
      return
    }
    this.#fanOut.subscribers.delete(member)
    this.#seats.holdSeat(member, this.#settings.seatHoldMs, () => this.#personExited(member.user))
  }

  get attendants(): AttendantLists {
    return this.#attendants.lists
  }

  /** Tells everybody here who is here without a seat. */
  tellAttendants(): void {
    if (this.#gone === undefined) this.#presence.noteAttendants()
  }

  /** Tells bots and observers that the room ends, since they do not keep it (PROTOCOL.md C11). */
  dismissAttendants(): void {
    const { members } = this.#attendants
    if (members.length === 0) return
    this.#fanOut.publishEvent({ type: 'chat.ended', room: this.id })
    this.#fanOut.flushEvents()
    for (const { member } of members) member.roomEnded(this.id)
  }

  /** Everybody who is here with a connection. */
  get members(): readonly AddressedMember[] {
    return [...this.#seats.members.map(member => ({ member, address: '' })), ...this.#attendants.members]
  }

  /**
   * The room goes on at `to`. Its members here have been told everything, if the history is idle,
   * and posts that wait are refused with `RoomMovedError`.
   */
  moveRoom(to: RoomAccess): void {
    this.#presence.publishMoves()
    this.#fanOut.flushEvents()
    this.movedTo = to
    void this.endRoom(new RoomMovedError(to))
  }

  /**
   * Ends the room: it has no members, and nobody can join any more. Resolves when no message of it
   * is being stored.
   */
  endRoom(why: Error = noSuchRoom()): Promise<void> {
    this.#gone = why
    this.#presence.stopPresence()
    this.typing.stopTyping()
    this.#seats.clearSeats()
    this.#attendants.clearAttendants()
    this.#fanOut.subscribers.clear()
    return this.history.endHistory(why)
  }

  async #catchUp(member: Member): Promise<void> {
    await this.history.ensureCaughtUp().catch(error => {
      if (member.role === 'person') this.#watcher.joinHeldUp(this)
      throw error
    })
  }

  /** The last check and the seat, in one step. Returns false if the member has gone. */
  #seatMember(member: Member, { address = '' }: JoinOptions): boolean {
    if (this.#gone !== undefined) throw this.#gone
    this.#refuseIfFull(member, { address })
    if (!member.isConnected()) return false
    if (member.role !== 'person') this.#attendants.addAttendant(member, address)
    else if (this.#seats.takeSeat(member)) {
      this.#presence.noteJoin(member.user)
      this.#watcher.peopleChanged(this)
    }
    this.#fanOut.subscribers.add(member)
    return true
  }

  /** A bot or an observer is not told of other windows. */
  #connectionsOf({ user, role }: Member): number {
    if (role !== 'person') return 1
    return Math.min(this.#seats.connectionsOf(user.id), LIMITS.connectionsOfPerson)
  }

  #refuseIfFull(member: Member, { address = '' }: JoinOptions): void {
    if (member.role !== 'person') this.#attendants.refuseAttendant(member, address)
    else if (!this.#seats.hasSeatFor(member.user.id))
      throw new RequestError('roomFull', 'this room is full: try again when somebody has left')
  }

  /**
   * Resolves without a check if the member goes away, is here, or opened the room (PROTOCOL.md C4).
   */
  async #checkPassword(
    member: Member,
    { password, address = '', onStandingInLine = () => {} }: JoinOptions,
  ): Promise<void> {
    const person = member.user.id
    if (this.#password === undefined || person === this.owner.id || this.isPresent(person)) return
    if (password === undefined) {
      throw new RequestError('passwordRequired', 'this room has a password: join again with it')
    }
    await this.#password.checkGuess(password, {
      address,
      person,
      isConnected: () => member.isConnected(),
      isSeated: () => this.#seats.isSeated(person),
      onStandingInLine,
    })
    if (member.role === 'person') await this.#watcher.passwordShown(this, member.user)
  }

  /** Tells joins and exits before messages, so that members know everybody who speaks. */
  #deliverMessages(messages: readonly ChatMessage[], frames: Buffer, isMoreWaiting: boolean): void {
    this.#presence.publishMoves()
    this.#fanOut.flushEvents()
    for (const message of messages) this.typing.dropWriter(message.user)
    this.#fanOut.deliverFrames(frames, isMoreWaiting)
    if (this.#gone !== undefined) return
    this.#watcher.messagesStored(this, frameTextBytes(frames) - messages.length * this.#bytesAround)
  }

  async #loadNewest({ store, gifs }: { readonly store: ChatStore; readonly gifs: RoomGifs }) {
    const unposted = gifs.unpostedIn(this.id).map(({ id }) => id)
    const loaded = await store.loadRoom(this.id, LIMITS.resumeMessages, unposted)
    if (this.#gone === undefined) this.#watcher.roomLoaded(this, loaded)
    return loaded.messages
  }

  #personExited(user: User): void {
    if (this.#gone !== undefined) return
    this.typing.dropWriter(user)
    this.#presence.noteExit(user)
    this.#watcher.peopleChanged(this)
  }
}
