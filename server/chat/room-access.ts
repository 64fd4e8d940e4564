import { RequestError } from '../../protocol/error-codes.ts'
import type {
  ClientMessageId,
  GifId,
  GifInfo,
  RoomId,
  RoomSummary,
  Seq,
  User,
  UserId,
} from '../../protocol/model.ts'
import type { AttendantLists } from './attendants/room-attendants.ts'
import type { StoredGif } from './chat-store.ts'
import type { Missed } from './recent-messages.ts'
import type { Posted, RoomHistory } from './room-history.ts'
import type { Member } from './room-seats.ts'
import type { RoomTyping } from './room-typing.ts'

/** What a join answers (PROTOCOL.md C3). */
export interface Joined extends Missed, Partial<AttendantLists> {
  readonly room: RoomSummary
  readonly members: readonly User[]
  /** How many connections the joiner has in the room, the new one included. */
  readonly connections: number
}

export interface JoinOptions {
  readonly password?: string | undefined
  readonly sinceSeq?: Seq | undefined
  /** Where the member comes from. Passwords and places for bots are fair by address. */
  readonly address?: string
  /** The guess at the password has to wait for wrong ones of others. May be called repeatedly. */
  onStandingInLine?(): void
}

/** A message with a GIF that was uploaded before. */
export interface GifPost {
  readonly user: User
  readonly clientMessageId: ClientMessageId
  readonly gif: GifId
  /** Its file name. */
  readonly name: string
  readonly replyTo?: Seq | undefined
  /** Whether a bot posts it. */
  readonly bot?: true | undefined
}

/** The GIFs of one room. */
export interface RoomGifAccess {
  /**
   * Keeps an uploaded GIF with the room. Rejects with `noSuchRoom`, `roomGifsFull`,
   * `serverGifsFull` or `unavailable`.
   */
  saveGif(gif: GifInfo, bytes: Uint8Array): Promise<void>
  /**
   * Posts an uploaded GIF. Calls `onQueued` when the message has its place: later ones come after
   * it from then on. Rejects with `noSuchGif`, or as `postMessage` does.
   */
  postGif(post: GifPost, onQueued: () => void): Promise<Posted>
  /** Rejects with `unavailable`. */
  findGif(gif: GifId): Promise<GifInfo | undefined>
  /** Rejects with `noSuchGif` or `unavailable`. The parts may throw `unavailable`. */
  readGif(gif: GifId): Promise<StoredGif>
}

/**
 * What a session or an HTTP route may ask of a living room. Nothing here numbers messages, ends the
 * room or stops its posts: that is for the room and its registry alone.
 */
export interface RoomAccess {
  readonly id: RoomId
  /** Where the room is from now on, if another server has taken it over. */
  readonly movedTo?: RoomAccess | undefined
  readonly history: Pick<RoomHistory, 'postMessage' | 'readPage'>
  readonly typing: Pick<RoomTyping, 'noteWriter'>
  readonly gifs: RoomGifAccess
  /** Whether this user is here as anything: with a seat, as a bot or as an observer. */
  isPresent(user: UserId): boolean | Promise<boolean>
  /** Whether this user is here as more than an observer. */
  mayPost(user: UserId): boolean | Promise<boolean>
  /**
   * Seats a member and answers what was missed. Rejects with `noSuchRoom`, `passwordRequired`,
   * `wrongPassword`, `rateLimited`, `roomFull` or `unavailable`. The last check, the seat, the
   * subscription and the answer are one synchronous step. So every event after the answer is later
   * than its `lastSeq` (PROTOCOL.md C3). Resolves without an answer if the member has gone.
   */
  join(member: Member, options: JoinOptions, answer: (joined: Joined) => void): Promise<void>
  /** Takes a member's connection out of the room. The person exits with the last one. */
  leave(member: Member): void
  /** The connection broke: a person's seat is held for a while (PROTOCOL.md T3). */
  disconnect(member: Member): void
}

/** The room is with another server by now: at `to`, if that is known. */
export class RoomMovedError extends Error {
  override readonly name = 'RoomMovedError'
  readonly to: RoomAccess | undefined

  constructor(to?: RoomAccess) {
    super('the room is with another server')
    this.to = to
  }
}

export const noSuchRoom = (): RequestError =>
  new RequestError('noSuchRoom', 'there is no such room: it may have ended')

/** For `catch`: does `work` where the room is by now if it has moved, and else throws the error. */
export const ifRoomMoved =
  <Result>(work: (room: RoomAccess) => Result) =>
  (error: unknown): Result => {
    if (error instanceof RoomMovedError && error.to !== undefined) return work(error.to)
    throw error
  }

export interface NewRoomOptions {
  readonly title: string
  readonly max: number
  readonly password?: string | undefined
}

/** Where sessions and HTTP routes find rooms. */
export interface RoomDirectory {
  /** The living room with this id. Throws, or rejects with, `noSuchRoom` or `unavailable`. */
  findRoom(id: RoomId): RoomAccess | Promise<RoomAccess>
  /**
   * Opens a room for somebody at `address`. Its creator still has to join it. Rejects with
   * `tooManyRooms` or `unavailable`.
   */
  createRoom(owner: User, address: string, options: NewRoomOptions): Promise<RoomSummary>
}
