import { LIMITS } from '../../protocol/limits.ts'
import type { Role, RoomId, User } from '../../protocol/model.ts'
import type { RoomAccess } from '../chat/room-access.ts'
import type { Member } from '../chat/room-seats.ts'
import type { ClientLink } from './client-link.ts'
import { type Rate, RateBucket } from './rate-limit.ts'

/** The rate of hints that somebody is writing, on one connection (PROTOCOL.md C8). */
const HINT_RATE: Rate = { perSecond: 1_000 / LIMITS.typingPauseMs, burst: LIMITS.typingBurst }

/**
 * A client that has said `hello`, as handlers know it. It is the same `Member` in all its rooms, so
 * two joins at once can't seat it twice.
 */
export class ReadySession implements Member {
  readonly user: User
  readonly role: Role
  readonly link: ClientLink
  /** Whether it asked last to be told of the lobby. */
  wantsLobby = false
  readonly rooms = new Map<RoomId, RoomAccess>()
  readonly #messages: RateBucket
  readonly #now: () => number
  // These are made when needed: most connections only listen most of the time.
  #roomWork: Map<RoomId, Promise<void>> | undefined
  #guessesInLine: Set<RoomId> | undefined
  #hints: RateBucket | undefined
  #isClosed = false

  constructor(who: { user: User; role: Role }, link: ClientLink, messageRate: Rate, now: () => number) {
    this.user = who.user
    this.role = who.role
    this.link = link
    this.#messages = new RateBucket(messageRate, now)
    this.#now = now
  }

  deliverFrames(frames: Buffer, isMoreSoon?: boolean): void {
    this.link.deliverFrames(frames, isMoreSoon)
  }

  /** False once the connection is gone. Handlers that have waited ask for this. */
  isConnected(): boolean {
    return !this.#isClosed
  }

  dropOut(): void {
    this.link.close('serverRestart')
  }

  roomEnded(room: RoomId): void {
    this.rooms.delete(room)
  }

  markClosed(): void {
    this.#isClosed = true
  }

  /** The room in which this client is, wherever that is by now. */
  roomHere(id: RoomId): RoomAccess | undefined {
    const room = this.rooms.get(id)
    return room?.movedTo ?? room
  }

  /** Takes a token for a message. Returns 0, or the milliseconds until there is one. */
  takeMessageToken(): number {
    return this.#messages.takeToken()
  }

  /** Takes a token for a hint of writing. Returns 0, or the milliseconds until there is one. */
  takeHintToken(): number {
    this.#hints ??= new RateBucket(HINT_RATE, this.#now)
    return this.#hints.takeToken()
  }

  /**
   * The work in progress by room. Later requests for a room wait until its work has finished
   * (PROTOCOL.md F6).
   */
  get roomWork(): ReadonlyMap<RoomId, Promise<void>> {
    return this.#roomWork ?? NOTHING
  }

  /**
   * Rooms for which this connection's guess at the password stands in line. That may take long, so
   * later requests for them do not wait.
   */
  get guessesInLine(): ReadonlySet<RoomId> {
    return this.#guessesInLine ?? NO_ROOMS
  }

  beginStandingInLine(room: RoomId): void {
    this.#guessesInLine ??= new Set()
    this.#guessesInLine.add(room)
  }

  endStandingInLine(room: RoomId): void {
    this.#guessesInLine?.delete(room)
    if (this.#guessesInLine?.size === 0) this.#guessesInLine = undefined
  }

  beginRoomWork(room: RoomId, work: Promise<void>): void {
    this.#roomWork ??= new Map()
    this.#roomWork.set(room, work)
  }

  /** Forgets work that has finished, unless other work has begun in this room since then. */
  endRoomWork(room: RoomId, work: Promise<void>): void {
    if (this.#roomWork?.get(room) !== work) return
    this.#roomWork.delete(room)
    if (this.#roomWork.size === 0) this.#roomWork = undefined
  }
}

const NOTHING: ReadonlyMap<RoomId, Promise<void>> = new Map()
const NO_ROOMS: ReadonlySet<RoomId> = new Set()
