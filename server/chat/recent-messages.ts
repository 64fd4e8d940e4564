import type { ChatMessage, ClientMessageId, Seq, UserId } from '../../protocol/model.ts'

/** The newest messages of a room, by contiguous `seq`: answers resumes and resends without the store. */
export class RecentMessages {
  readonly #capacity: number
  readonly #textUnits: number
  /** UTF-16 units of text held. */
  #units = 0
  /** In order of `seq`; trimmed in bulk, so that a push is O(1) on average. */
  #messages: ChatMessage[] = []
  readonly #sent = new Map<UserId, Map<ClientMessageId, ChatMessage>>()

  /** Keeps at least `capacity` messages or `textUnits` UTF-16 units of text, and at most twice as much. */
  constructor(capacity: number, textUnits: number) {
    this.#capacity = capacity
    this.#textUnits = textUnits
  }

  push(message: ChatMessage): void {
    this.#messages.push(message)
    this.#noteSent(message)
    this.#units += unitsOf(message)
    if (this.#messages.length >= this.#capacity * 2 || this.#units >= this.#textUnits * 2) this.#trim()
  }

  /** The first message that `user` sent under this id, if it is recent. */
  findSent(user: UserId, clientMessageId: ClientMessageId): ChatMessage | undefined {
    return this.#sent.get(user)?.get(clientMessageId)
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

  #noteSent(message: ChatMessage): void {
    const sent = this.#sent.get(message.user.id)
    if (sent === undefined) this.#sent.set(message.user.id, new Map([[message.clientMessageId, message]]))
    else sent.set(message.clientMessageId, message)
  }

  #forgetSent({ user, clientMessageId }: ChatMessage): void {
    const sent = this.#sent.get(user.id)
    sent?.delete(clientMessageId)
    if (sent?.size === 0) this.#sent.delete(user.id)
  }

  #trim(): void {
    let count = 0
    let units = this.#units
    while (this.#messages.length - count > this.#capacity || units > this.#textUnits) {
      const old = this.#messages[count++]
      if (old === undefined) break
      units -= unitsOf(old)
      this.#forgetSent(old)
    }
    this.#messages.splice(0, count)
    this.#units = units
  }
}

const unitsOf = (message: ChatMessage): number => ('text' in message ? message.text.length : 0)
