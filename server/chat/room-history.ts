import { type EncodedMessages, encodeNewestChatMessages } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ChatMessage, ClientMessageId, RoomId, Seq, User } from '../../protocol/model.ts'
import type { AppendBatch, Appended, ChatStore, MessageBody, NewMessage } from './chat-store.ts'
import { encodeChatFrames } from './fan-out-frames.ts'
import { type Missed, RECENT_LIMITS, RecentMessages } from './recent-messages.ts'
import { type BatchSource, commitBatchLength, type RoomGroupCommit } from './room-group-commit.ts'
import { throwUnavailable, unavailableIfStoreFailed } from './unavailable.ts'

/** What became of a post. */
export type Posted = Appended

interface Waiting {
  readonly message: NewMessage
  readonly resolve: (posted: Posted) => void
  readonly reject: (error: unknown) => void
}

/** How many posts of one room may wait for the store. More are refused. */
const QUEUE_LIMIT = 10_000

/**
 * The single writer of a room's messages (PROTOCOL.md D1, D2). A message goes through these phases:
 *
 * 1. `postMessage` puts it at the end of the queue.
 * 2. `takeBatch` takes the first of the queue and numbers them. One batch is in flight at a time.
 * 3. The store has written the batch. `batchCommitted` delivers what is new to the members and
 *    keeps it for resumes, and then acks every message of the batch. A write that failed may still
 *    have been carried out later. Its resend is then a duplicate with a `seq` that nobody has seen.
 *    So the history first reads and delivers what the store has.
 * 4. Or the store has failed, and it is unknown what was written. `batchFailed` refuses the batch
 *    and the queue. Before the next batch, the history reads what the store has and delivers it.
 *
 * The first request loads a room of an earlier run, and all that come meanwhile wait for it. If it
 * fails, the next one tries again.
 */
export class RoomHistory implements BatchSource {
  readonly #room: RoomId
  readonly #store: ChatStore
  readonly #commits: RoomGroupCommit
  readonly #now: () => number
  /** Called before the acks with the messages just stored, in order, and their frames. */
  readonly #deliver: (messages: readonly ChatMessage[], frames: Buffer, isMoreWaiting: boolean) => void
  readonly #recent: RecentMessages
  /** See the constructor. Undefined when the newest messages are known. */
  #loadNewest: (() => Promise<readonly ChatMessage[]>) | undefined
  #lastSeq: Seq = 0
  #waiting: Waiting[] = []
  #inFlight: readonly Waiting[] = []
  /** False while the store may have messages that the history does not know. */
  #isCaughtUp: boolean
  #catchingUp: Promise<void> | undefined
  #takesNoPosts = false
  /** Why the history has ended. */
  #ended: Error | undefined
  #idle: (() => void)[] = []

  constructor(options: {
    room: RoomId
    /** Reads the newest messages of a room of an earlier run. Left out for a new room. */
    loadNewest?: (() => Promise<readonly ChatMessage[]>) | undefined
    store: ChatStore
    commits: RoomGroupCommit
    now: () => number
    deliver: (messages: readonly ChatMessage[], frames: Buffer, isMoreWaiting: boolean) => void
  }) {
    this.#room = options.room
    this.#store = options.store
    this.#commits = options.commits
    this.#now = options.now
    this.#deliver = options.deliver
    this.#recent = new RecentMessages(options.room, RECENT_LIMITS)
    this.#loadNewest = options.loadNewest
    this.#isCaughtUp = options.loadNewest === undefined
  }

  /** The newest `seq` that was delivered. */
  get lastSeq(): Seq {
    return this.#lastSeq
  }

  /** The newest messages, for a next owner of the room. Undefined when the store may have more. */
  get knownMessages(): EncodedMessages | undefined {
    if (!this.#isCaughtUp) return undefined
    return this.#recent.newestMessages(LIMITS.resumeMessages, LIMITS.answerBytes)
  }

  /** Begins with the newest messages of the room, of which nobody here has to be told. */
  startWith(newest: readonly ChatMessage[]): void {
    this.#keepMessages(newest)
    this.#loadNewest = undefined
    this.#isCaughtUp = true
  }

  /** How many posts wait to be stored. */
  get waitingPosts(): number {
    return this.#waiting.length + this.#inFlight.length
  }

  /**
   * Resolves once the message is durable and delivered. A resend gets the first ack (PROTOCOL.md
   * D1, D3).
   */
  postMessage(user: User, clientMessageId: ClientMessageId, body: MessageBody): Promise<Posted> {
    if (this.#loadNewest !== undefined)
      return this.#catchUp().then(() => this.postMessage(user, clientMessageId, body))
    // An `async` function would make two more promises for each message.
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) throw this.#ended
      if (this.#takesNoPosts || this.#waiting.length >= QUEUE_LIMIT) {
        throw new RequestError('unavailable', 'the server takes no messages just now: try again', {
          retryAfterMs: 1_000,
        })
      }
      if (body.replyTo !== undefined && body.replyTo > this.#lastSeq) {
        throw new RequestError('invalidRequest', 'there is no such message to reply to', { field: 'replyTo' })
      }
      const message: NewMessage = { ...body, user, clientMessageId, createdAt: this.#now() }
      this.#waiting.push({ message, resolve, reject })
      this.#requestCommit()
    })
  }

  /** From now on every post is answered `unavailable`. Earlier posts are still stored. */
  stopPosts(): void {
    this.#takesNoPosts = true
  }

  /** Resolves when no read from the store is in progress, whether the last one succeeded or not. */
  async untilCatchUpEnds(): Promise<void> {
    await this.#catchingUp?.catch(() => {})
  }

  /** Resolves in a moment in which no message is being stored, and none is read to be delivered. */
  async untilIdle(): Promise<void> {
    for (;;) {
      await this.untilCatchUpEnds()
      if (this.#inFlight.length === 0) return
      await this.#untilBatchEnds()
    }
  }

  /** Refuses the queue and all later posts with `why`. Resolves when no batch is in flight. */
  async endHistory(why: Error): Promise<void> {
    this.#ended = why
    const refused = this.#waiting
    this.#waiting = []
    for (const { reject } of refused) reject(why)
    await this.#untilBatchEnds()
  }

  async #untilBatchEnds(): Promise<void> {
    if (this.#inFlight.length > 0) await new Promise<void>(resolve => this.#idle.push(resolve))
  }

  /** Resolves when every stored message is known. Rejects with `unavailable`. */
  async ensureCaughtUp(): Promise<void> {
    if (!this.#isCaughtUp) await this.#catchUp()
  }

  /** The messages after `sinceSeq`, or for a first join the newest ones (PROTOCOL.md D6, D7). */
  missedSince(sinceSeq: Seq | undefined): Missed {
    const lastSeq = this.#lastSeq
    if (sinceSeq !== undefined && sinceSeq >= lastSeq) return { messages: '', lastSeq, gap: false }
    const missed =
      sinceSeq === undefined ? undefined : this.#recent.messagesAfter(sinceSeq, LIMITS.answerBytes)
    if (missed !== undefined) return { messages: missed, lastSeq, gap: false }
    const newest = this.#recent.newestMessages(LIMITS.joinHistory, LIMITS.answerBytes)
    return { messages: newest, lastSeq, gap: sinceSeq !== undefined }
  }

  /**
   * The newest messages before `beforeSeq`, or of all, in order of `seq`: at most `limit`, and at
   * most as many bytes as one answer has (PROTOCOL.md M4).
   */
  async readPage(beforeSeq: Seq | undefined, limit: number): Promise<EncodedMessages> {
    await this.ensureCaughtUp()
    const end = Math.min(beforeSeq ?? Number.POSITIVE_INFINITY, this.#lastSeq + 1)
    if (end <= 1) return ''
    const bytes = LIMITS.answerBytes
    const recent = this.#recent.messagesBefore(end, limit, bytes)
    if (recent !== undefined) return recent
    const page = { beforeSeq: end, limit, bytes }
    const messages = await this.#store.readMessages(this.#room, page).catch(throwUnavailable)
    return encodeNewestChatMessages(messages, bytes)
  }

  takeBatch(): AppendBatch | undefined {
    if (!this.#isCaughtUp || this.#inFlight.length > 0 || this.#waiting.length === 0) return undefined
    const length = commitBatchLength(this.#waiting)
    this.#inFlight = this.#waiting.slice(0, length)
    this.#waiting = this.#waiting.slice(length)
    const messages = this.#inFlight.map(({ message }) => message)
    return { room: this.#room, firstSeq: this.#lastSeq + 1, messages }
  }

  batchCommitted(appended: readonly Appended[]): void {
    const batch = this.#inFlight
    const stored: ChatMessage[] = []
    batch.forEach(({ message }, index) => {
      const outcome = appended[index]
      if (outcome !== undefined && !outcome.isDuplicate) stored.push({ ...message, seq: outcome.seq })
    })
    const isUnseen = ({ seq, isDuplicate }: Appended): boolean =>
      isDuplicate && seq > this.#lastSeq && !stored.some(message => message.seq === seq)
    if (!appended.some(isUnseen)) {
      this.#deliverStored(stored)
      this.#ackBatch(appended)
      return
    }
    // A resend of a message that was stored after all, and that nobody has seen. The new ones may
    // stand behind it.
    this.#isCaughtUp = false
    this.#catchUp().then(
      () => this.#ackBatch(appended),
      error => this.batchFailed(error),
    )
  }

  /** The batch stays in flight until here: if delivery throws, `batchFailed` refuses it. */
  #ackBatch(appended: readonly Appended[]): void {
    const batch = this.#inFlight
    this.#inFlight = []
    batch.forEach(({ resolve, reject }, index) => {
      const outcome = appended[index]
      if (outcome === undefined) reject(new Error('the store answered fewer messages than it was given'))
      else resolve(outcome)
    })
    for (const resolveIdle of this.#idle.splice(0)) resolveIdle()
    if (this.#waiting.length > 0) this.#requestCommit()
  }

  batchFailed(error: unknown): void {
    this.#isCaughtUp = false
    const refused = [...this.#inFlight, ...this.#waiting]
    this.#inFlight = []
    this.#waiting = []
    const answer = unavailableIfStoreFailed(error)
    for (const { reject } of refused) reject(answer)
    for (const resolveIdle of this.#idle.splice(0)) resolveIdle()
  }

  #requestCommit(): void {
    if (this.#isCaughtUp) {
      this.#commits.requestCommit(this)
      return
    }
    this.#catchUp().then(
      () => this.#commits.requestCommit(this),
      error => this.batchFailed(error),
    )
  }

  /** Gets to know what is stored, so that the next message gets the right `seq`. */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readUnknown()
      .catch(throwUnavailable)
      .finally(() => {
        this.#catchingUp = undefined
      })
    return this.#catchingUp
  }

  async #readUnknown(): Promise<void> {
    if (this.#loadNewest !== undefined) return this.startWith(await this.#loadNewest())
    await this.#readUndelivered()
    this.#isCaughtUp = true
  }

  async #readUndelivered(): Promise<void> {
    const limit = LIMITS.resumeMessages
    for (;;) {
      const messages = await this.#store.readMessages(this.#room, {
        afterSeq: this.#lastSeq,
        limit,
        from: 'oldest',
      })
      this.#deliverStored(messages)
      if (messages.length < limit) return
    }
  }

  #deliverStored(messages: readonly ChatMessage[]): void {
    const finished = this.#keepMessages(messages)
    if (finished !== undefined) this.#deliver(messages, finished, this.#waiting.length > 0)
  }

  /** Returns the frames of the messages, if there are any. */
  #keepMessages(messages: readonly ChatMessage[]): Buffer | undefined {
    const [first] = messages
    const newest = messages.at(-1)
    if (first === undefined || newest === undefined) return undefined
    const finished = encodeChatFrames(this.#room, messages)
    this.#recent.keepFrames(finished, first.seq, messages.length)
    this.#lastSeq = newest.seq
    return finished
  }
}
