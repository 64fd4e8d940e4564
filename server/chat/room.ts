import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
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
import type { AppendBatch, Appended, ChatStore, MessageBody, NewMessage, StoredRoom } from './chat-store.ts'
import { FanOut } from './fan-out.ts'
import type { BatchSource, GroupCommit } from './group-commit.ts'
import { PasswordCheck } from './password.ts'
import { Presence } from './presence.ts'
import { RecentMessages } from './recent-messages.ts'
import { type Member, Seats } from './seats.ts'
import { unavailableIfStoreFailed } from './unavailable.ts'

/** What an ack says. */
export interface Ack {
  readonly seq: Seq
  readonly createdAt: number
}

/** What a join answers (PROTOCOL.md C3). */
export interface Joined {
  readonly room: RoomSummary
  readonly members: readonly User[]
  readonly messages: readonly ChatMessage[]
  readonly lastSeq: Seq
  readonly gap: boolean
}

/** What a room tells its registry. */
export interface RoomWatcher {
  /** The head count is another. */
  peopleChanged(room: Room): void
}

export interface RoomSettings {
  /** How long a seat is kept through an abnormal disconnect, in milliseconds. */
  readonly seatHoldMs: number
  readonly now: () => number
}

interface Waiting {
  readonly message: NewMessage
  readonly resolve: (ack: Ack) => void
  readonly reject: (error: unknown) => void
}

/** Posts of one room that may wait for the store; more are refused. */
const QUEUE_LIMIT = 10_000
/** Messages of one room in one write. */
const BATCH_LIMIT = 1_000

/**
 * The single writer of a room's history: it numbers messages, stores them, and only then delivers and acks them
 * (PROTOCOL.md D1, D2). One batch is in flight; the rest wait in order.
 */
export class Room implements BatchSource {
  readonly id: string
  readonly #stored: StoredRoom
  readonly #store: ChatStore
  readonly #commits: GroupCommit
  readonly #watcher: RoomWatcher
  readonly #settings: RoomSettings
  readonly #seats: Seats
  readonly #fanOut = new FanOut()
  readonly #presence: Presence
  readonly #recent = new RecentMessages(LIMITS.resumeMessages)
  readonly #password: PasswordCheck | undefined
  #lastSeq: Seq
  #waiting: Waiting[] = []
  #inFlight: readonly Waiting[] = []
  /** False while the store may know messages that were never delivered: at start-up, and after a write that failed. */
  #isCaughtUp: boolean
  #catchingUp: Promise<void> | undefined
  #takesNoPosts = false
  #isGone = false

  constructor(
    stored: StoredRoom & { readonly lastSeq?: Seq },
    dependencies: { store: ChatStore; commits: GroupCommit; watcher: RoomWatcher; settings: RoomSettings },
  ) {
    this.id = stored.id
    this.#stored = stored
    this.#store = dependencies.store
    this.#commits = dependencies.commits
    this.#watcher = dependencies.watcher
    this.#settings = dependencies.settings
    this.#seats = new Seats(stored.max)
    this.#presence = new Presence(this.id, this.#fanOut, () => this.#seats.count)
    this.#password = stored.passwordHash === null ? undefined : new PasswordCheck(stored.passwordHash)
    const lastSeq = stored.lastSeq ?? 0
    // A room found at start-up begins a ring's length back, so that its people can resume from memory.
    this.#lastSeq = Math.max(0, lastSeq - LIMITS.resumeMessages)
    this.#isCaughtUp = lastSeq === 0
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
    if (!this.#seats.hasRoomFor(member.user.id)) throw roomFull()
    if (this.#password !== undefined && this.needsPassword(member.user.id)) {
      if (options.password === undefined) {
        throw new RequestError('passwordRequired', 'this room has a password: join again with it')
      }
      if (!(await this.#password.matches(options.password))) {
        throw new RequestError('wrongPassword', 'that is not the password of this room')
      }
    }
    if (!this.#isCaughtUp) await this.#catchUp()
    if (this.#isGone) throw new RequestError('noSuchRoom', 'there is no such room: it may have ended')
    if (!this.#seats.hasRoomFor(member.user.id)) throw roomFull()
    if (!member.isConnected()) return
    if (this.#seats.take(member)) {
      this.#presence.joined(member.user)
      this.#watcher.peopleChanged(this)
    }
    this.#presence.addListener(member)
    answer({ room: this.summary(), members: this.#seats.users, ...this.#missed(options.sinceSeq) })
  }

  /** Takes a member's connection out of the room; the person goes out with the last one. */
  leave(member: Member): void {
    this.#presence.removeListener(member)
    if (this.#seats.release(member)) this.#exited(member.user)
  }

  /** The connection broke: the person's seat is kept for a while (PROTOCOL.md C6). */
  disconnect(member: Member): void {
    this.#presence.removeListener(member)
    this.#seats.hold(member, this.#settings.seatHoldMs, () => this.#exited(member.user))
  }

  /** Resolves once the message is durable and delivered; a resend gets the first ack (PROTOCOL.md D1, D3). */
  async post(user: User, clientMessageId: ClientMessageId, body: MessageBody): Promise<Ack> {
    const sent = this.#recent.findSent(user.id, clientMessageId)
    if (sent !== undefined) return sent
    if (this.#takesNoPosts || this.#waiting.length >= QUEUE_LIMIT) {
      throw new RequestError('unavailable', 'the server takes no more just now: try again', {
        retryAfterMs: 1_000,
      })
    }
    const message: NewMessage = { ...body, user, clientMessageId, createdAt: this.#settings.now() }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject })
      this.#requestCommit()
    })
  }

  /** A page of messages before `beforeSeq`, or the newest, in order. */
  async history(beforeSeq: Seq | undefined, limit: number): Promise<readonly ChatMessage[]> {
    if (!this.#isCaughtUp) await this.#catchUp()
    const end = Math.min(beforeSeq ?? Number.POSITIVE_INFINITY, this.#lastSeq + 1)
    if (end <= 1) return []
    const recent = this.#recent.before(end, limit)
    if (recent !== undefined) return recent
    return this.#store.readMessages(this.id, { beforeSeq: end, limit }).catch(throwUnavailable)
  }

  async findGif(gif: GifId): Promise<GifInfo | undefined> {
    return this.#store.findGif(this.id, gif).catch(throwUnavailable)
  }

  /** From now on every post is answered `unavailable`; what was posted is still stored. */
  stopPosts(): void {
    this.#takesNoPosts = true
  }

  /** Ends the room: nobody can come in or post any more. */
  end(): void {
    this.#isGone = true
    this.#presence.stop()
    this.#seats.clear()
    this.#fanOut.subscribers.clear()
  }

  takeBatch(): AppendBatch | undefined {
    if (!this.#isCaughtUp || this.#inFlight.length > 0 || this.#waiting.length === 0) return undefined
    this.#inFlight = this.#waiting.splice(0, BATCH_LIMIT)
    return {
      room: this.id,
      firstSeq: this.#lastSeq + 1,
      messages: this.#inFlight.map(({ message }) => message),
    }
  }

  committed(appended: readonly Appended[]): void {
    const batch = this.#inFlight
    this.#inFlight = []
    batch.forEach(({ message }, index) => {
      const outcome = appended[index]
      if (outcome !== undefined && !outcome.isDuplicate) this.#deliver({ ...message, seq: outcome.seq })
    })
    this.#flush()
    batch.forEach(({ resolve, reject }, index) => {
      const outcome = appended[index]
      if (outcome === undefined) reject(new Error('the store answered fewer messages than it was given'))
      else resolve({ seq: outcome.seq, createdAt: outcome.createdAt })
    })
    if (this.#waiting.length > 0) this.#requestCommit()
  }

  failed(error: unknown): void {
    this.#isCaughtUp = false
    const refused = [...this.#inFlight, ...this.#waiting]
    this.#inFlight = []
    this.#waiting = []
    const answer = unavailableIfStoreFailed(error)
    for (const { reject } of refused) reject(answer)
  }

  #requestCommit(): void {
    if (this.#isCaughtUp) {
      this.#commits.request(this)
    } else {
      this.#catchUp().then(
        () => this.#commits.request(this),
        error => this.failed(error),
      )
    }
  }

  /** Delivers what is stored and was never delivered, so that what comes next gets the right `seq`. */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readOn()
      .catch(throwUnavailable)
      .finally(() => {
        this.#catchingUp = undefined
      })
    return this.#catchingUp
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const limit = LIMITS.resumeMessages
      const messages = await this.#store.readMessages(this.id, {
        afterSeq: this.#lastSeq,
        limit,
        from: 'oldest',
      })
      for (const message of messages) this.#deliver(message)
      this.#flush()
      if (messages.length < limit) break
    }
    this.#isCaughtUp = true
  }

  #deliver(message: ChatMessage): void {
    this.#lastSeq = message.seq
    this.#recent.push(message)
    this.#fanOut.publish({ type: 'chat.chat', room: this.id, message })
  }

  /** Presence goes before messages, so that nobody speaks who has not come in. */
  #flush(): void {
    this.#presence.flush()
    this.#fanOut.flush()
  }

  #missed(sinceSeq: Seq | undefined): Pick<Joined, 'messages' | 'lastSeq' | 'gap'> {
    const lastSeq = this.#lastSeq
    if (sinceSeq === undefined)
      return { messages: this.#recent.newest(LIMITS.joinHistory), lastSeq, gap: false }
    if (sinceSeq >= lastSeq) return { messages: [], lastSeq, gap: false }
    const missed = this.#recent.after(sinceSeq)
    if (missed !== undefined) return { messages: missed, lastSeq, gap: false }
    return { messages: this.#recent.newest(LIMITS.joinHistory), lastSeq, gap: true }
  }

  #exited(user: User): void {
    if (this.#isGone) return
    this.#presence.exited(user)
    this.#watcher.peopleChanged(this)
  }
}

const throwUnavailable = (error: unknown): never => {
  throw unavailableIfStoreFailed(error)
}

const roomFull = (): RequestError =>
  new RequestError('roomFull', 'this room is full: try again when somebody has left')
