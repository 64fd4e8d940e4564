import type { ChatMessage, ClientMessageId, Seq, UserId } from '../../protocol/model.ts'

/** The newest messages of a room, by contiguous `seq`: answers resumes and resends without the store. */
export class RecentMessages {
  readonly #capacity: number
  /** In order of `seq`; trimmed in bulk, so that a push is O(1) on average. */
  #messages: ChatMessage[] = []
  readonly #byClientMessageId = new Map<string, ChatMessage>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  push(message: ChatMessage): void {
    this.#messages.push(message)
    this.#byClientMessageId.set(keyOf(message.user.id, message.clientMessageId), message)
    if (this.#messages.length >= this.#capacity * 2) {
      for (const old of this.#messages.splice(0, this.#messages.length - this.#capacity)) {
        this.#byClientMessageId.delete(keyOf(old.user.id, old.clientMessageId))
      }
    }
  }

  /** The first message that `user` sent under this id, if it is recent. */
  findSent(user: UserId, clientMessageId: ClientMessageId): ChatMessage | undefined {
    return this.#byClientMessageId.get(keyOf(user, clientMessageId))
  }

  /** All messages after `seq`, or undefined when some of them are no longer here. */
  after(seq: Seq): readonly ChatMessage[] | undefined {
    const first = this.#messages[0]
    if (first === undefined || seq + 1 < first.seq) return undefined
    return this.#messages.slice(seq + 1 - first.seq)
  }

  /** The newest `limit` messages. */
  newest(limit: number): readonly ChatMessage[] {
    return this.#messages.slice(-limit)
  }

  /** The newest `limit` messages before `seq`, or undefined when they can't be told from memory. */
  before(seq: Seq, limit: number): readonly ChatMessage[] | undefined {
    const first = this.#messages[0]
    if (first === undefined) return undefined
    const end = Math.min(seq, first.seq + this.#messages.length) - first.seq
    const start = end - limit
    if (start < 0 && first.seq > 1) return undefined
    return this.#messages.slice(Math.max(0, start), Math.max(0, end))
  }
}

// A user id has no space, so that no two pairs make one key.
const keyOf = (user: UserId, clientMessageId: ClientMessageId): string => `${user} ${clientMessageId}`
