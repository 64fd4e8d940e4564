import type { EncodedMessages } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import type {
  ChatMessage,
  ClientMessageId,
  GifId,
  GifInfo,
  RoomSummary,
  Seq,
  User,
  UserId,
} from '../../protocol/model.ts'
import type { ChatStore, MessageBody, StoredRoom } from './chat-store.ts'
import { FanOut } from './fan-out.ts'
import type { GroupCommit } from './group-commit.ts'
import { History, type Missed, type Posted } from './history.ts'
import { PasswordCheck } from './password.ts'
import { Presence } from './presence.ts'
import { type Member, Seats } from './seats.ts'
import { Typing } from './typing.ts'
import { unavailableIfStoreFailed } from './unavailable.ts'

/** What a join answers (PROTOCOL.md C3). */
export interface Joined extends Missed {
  readonly room: RoomSummary
  readonly members: readonly User[]
}

/** What a room tells its registry. */
export interface RoomWatcher {
  /** The head count is another. */
  peopleChanged(room: Room): void
  /** Somebody who may come in could not, for the store's sake. */
  joinHeldUp(room: Room): void
}

export interface RoomSettings {
  /** How long a seat is kept through an abnormal disconnect, in milliseconds. */
  readonly seatHoldMs: number
  readonly now: () => number
}

/** A living room: who sits in it, and what they hear. Its `History` is the single writer of what is said. */
export class Room {
  readonly id: string
  readonly #stored: StoredRoom
  readonly #store: ChatStore
  readonly #watcher: RoomWatcher
  readonly #settings: RoomSettings
  readonly #seats: Seats
  readonly #fanOut = new FanOut()
  readonly #presence: Presence
  readonly #typing: Typing
  readonly #history: History
  readonly #password: PasswordCheck | undefined
  #isGone = false

  constructor(
    stored: StoredRoom & { readonly lastSeq?: Seq },
    dependencies: { store: ChatStore; commits: GroupCommit; watcher: RoomWatcher; settings: RoomSettings },
  ) {
    this.id = stored.id
    this.#stored = stored
    this.#store = dependencies.store
    this.#watcher = dependencies.watcher
    this.#settings = dependencies.settings
    this.#seats = new Seats(stored.max)
    this.#presence = new Presence(this.id, this.#fanOut, () => this.#seats.count)
    this.#typing = new Typing(this.id, this.#fanOut)
    this.#password = stored.passwordHash === null ? undefined : new PasswordCheck(stored.passwordHash)
    this.#history = new History({
      room: stored.id,
      lastSeq: stored.lastSeq ?? 0,
      store: dependencies.store,
      commits: dependencies.commits,
      now: dependencies.settings.now,
      deliver: (messages, frames) => this.#deliver(messages, frames),
    })
  }

  get people(): number {
    return this.#seats.count
  }

  get owner(): User {
    return this.#stored.owner
  }

  summary(): RoomSummary {
    const { id, title, max, owner, passwordHash, createdAt } = this.#stored
    return { id, title, people: this.people, max, hasPassword: passwordHash !== null, owner, createdAt }
  }

  isSeated(user: UserId): boolean {
    return !this.#isGone && this.#seats.isSeated(user)
  }

  /** Whether `join` would have to compare a password for this person (PROTOCOL.md C4: who holds a seat need not). */
  needsPassword(user: UserId): boolean {
    return this.#password !== undefined && !this.#seats.isSeated(user)
  }

  /**
   * Seats a member and answers what was missed. Rejects with `noSuchRoom`, `passwordRequired`, `wrongPassword`,
   * `roomFull` or `unavailable`; the last check, the seat, the subscription and the answer are one synchronous step,
   * so that every event after the answer is later than its `lastSeq` (PROTOCOL.md C3).
   */
  async join(
    member: Member,
    options: { password?: string | undefined; sinceSeq?: Seq | undefined },
    answer: (joined: Joined) => void,
  ): Promise<void> {
    this.#refuseIfFull(member.user)
    await this.#checkPassword(member.user, options.password)
    await this.#history.ready().catch(error => {
      this.#watcher.joinHeldUp(this)
      throw error
    })
    if (this.#isGone) throw new RequestError('noSuchRoom', 'there is no such room: it may have ended')
    this.#refuseIfFull(member.user)
    if (!member.isConnected()) return
    if (this.#seats.take(member)) {
      this.#presence.joined(member.user)
      this.#watcher.peopleChanged(this)
    }
    this.#fanOut.subscribers.add(member)
    answer({ room: this.summary(), members: this.#seats.users, ...this.#history.missed(options.sinceSeq) })
  }

  /** Takes a member's connection out of the room; the person goes out with the last one. */
  leave(member: Member): void {
    this.#fanOut.subscribers.delete(member)
    if (this.#seats.release(member)) this.#exited(member.user)
  }

  /** The connection broke: the person's seat is kept for a while (PROTOCOL.md T3). */
  disconnect(member: Member): void {
    this.#fanOut.subscribers.delete(member)
    this.#seats.hold(member, this.#settings.seatHoldMs, () => this.#exited(member.user))
  }

  /** See `History.post`. */
  post(user: User, clientMessageId: ClientMessageId, body: MessageBody): Promise<Posted> {
    return this.#history.post(user, clientMessageId, body)
  }

  /** Hints to the members that somebody writes. */
  typing(user: User): void {
    this.#typing.noted(user)
  }

  /** See `History.page`. */
  history(beforeSeq: Seq | undefined, limit: number): Promise<EncodedMessages> {
    return this.#history.page(beforeSeq, limit)
  }

  /** See `History.stopPosts`. */
  stopPosts(): void {
    this.#history.stopPosts()
  }

  /** See `History.caughtUp`. */
  caughtUp(): Promise<void> {
    return this.#history.caughtUp()
  }

  async findGif(gif: GifId): Promise<GifInfo | undefined> {
    return this.#store.findGif(this.id, gif).catch(error => {
      throw unavailableIfStoreFailed(error)
    })
  }

  /** Ends the room: nobody sits there or can come in any more. Resolves when nothing of it is being stored. */
  end(): Promise<void> {
    this.#isGone = true
    this.#presence.stop()
    this.#typing.stop()
    this.#seats.clear()
    this.#fanOut.subscribers.clear()
    return this.#history.end()
  }

  #refuseIfFull(user: User): void {
    if (!this.#seats.hasRoomFor(user.id)) {
      throw new RequestError('roomFull', 'this room is full: try again when somebody has left')
    }
  }

  async #checkPassword(user: User, password: string | undefined): Promise<void> {
    if (this.#password === undefined || !this.needsPassword(user.id)) return
    if (password === undefined) {
      throw new RequestError('passwordRequired', 'this room has a password: join again with it')
    }
    if (!(await this.#password.matches(password))) {
      throw new RequestError('wrongPassword', 'that is not the password of this room')
    }
  }

  /** Presence goes before messages, so that nobody speaks who has not come in. */
  #deliver(messages: readonly ChatMessage[], frames: Buffer): void {
    this.#presence.publish()
    this.#fanOut.flush()
    for (const message of messages) this.#typing.settled(message.user)
    this.#fanOut.deliver(frames)
  }

  #exited(user: User): void {
    if (this.#isGone) return
    this.#typing.settled(user)
    this.#presence.exited(user)
    this.#watcher.peopleChanged(this)
  }
}
