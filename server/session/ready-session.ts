import { LIMITS } from '../../protocol/limits.ts'
import type { RoomId, User } from '../../protocol/model.ts'
import type { RoomAccess } from '../chat/room-access.ts'
import type { Member } from '../chat/seats.ts'
import type { ClientLink } from './client-link.ts'
import { Bucket, type Rate } from './rate-limit.ts'

/** Hints that somebody writes, on one connection (PROTOCOL.md C8). */
const HINT_RATE: Rate = { perSecond: 1_000 / LIMITS.typingPauseMs, burst: LIMITS.typingBurst }

/**
 * A client that has said `hello`, as handlers know it. As a `Member` it is one for all its rooms, so that two joins at once
 * can't seat it twice.
 */
export class ReadySession implements Member {
  readonly user: User
  readonly link: ClientLink
  readonly rooms = new Map<RoomId, RoomAccess>()
  readonly #messages: Bucket
  readonly #now: () => number
  // Made when they are needed: most connections listen most of the time.
  #roomWork: Map<RoomId, Promise<void>> | undefined
  #hints: Bucket | undefined
  #isClosed = false

  constructor(user: User, link: ClientLink, messageRate: Rate, now: () => number) {
    this.user = user
    this.link = link
    this.#messages = new Bucket(messageRate, now)
    this.#now = now
  }

  deliverFrames(frames: Buffer): void {
    this.link.deliverFrames(frames)
  }

  /** False once the connection is gone, for a handler that waited meanwhile. */
  isConnected(): boolean {
    return !this.#isClosed
  }

  markClosed(): void {
    this.#isClosed = true
  }

  /** The milliseconds until this person may say a message; 0 when it was taken. */
  takeMessageToken(): number {
    return this.#messages.takeToken()
  }

  /** The milliseconds until this person may hint that they write; 0 when it was taken. */
  takeHintToken(): number {
    this.#hints ??= new Bucket(HINT_RATE, this.#now)
    return this.#hints.takeToken()
  }

  /** What is under way, by room: what comes for the room meanwhile waits until that is through (PROTOCOL.md F6). */
  get roomWork(): ReadonlyMap<RoomId, Promise<void>> {
    return this.#roomWork ?? NOTHING
  }

  beginRoomWork(room: RoomId, through: Promise<void>): void {
    this.#roomWork ??= new Map()
    this.#roomWork.set(room, through)
  }

  /** Forgets what is through, unless something else has begun in this room since. */
  endRoomWork(room: RoomId, through: Promise<void>): void {
    if (this.#roomWork?.get(room) !== through) return
    this.#roomWork.delete(room)
    if (this.#roomWork.size === 0) this.#roomWork = undefined
  }
}

const NOTHING: ReadonlyMap<RoomId, Promise<void>> = new Map()
