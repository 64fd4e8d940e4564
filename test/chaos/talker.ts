import { createChatClient } from '../../cli/connection/chat-client.ts'
import type { ChatClient, ClientEvent } from '../../cli/connection/client-events.ts'
import type { ChatMessage, ClientMessageId, RoomId, Seq } from '../../protocol/model.ts'
import type { ClientRecord } from './checker.ts'

/**
 * A client of gifchat that posts messages, and records the acks and the messages that it is shown.
 */
export class Talker {
  readonly name: string
  readonly client: ChatClient
  readonly #said = new Map<ClientMessageId, string>()
  readonly #acked = new Map<ClientMessageId, Seq>()
  readonly #failed = new Set<ClientMessageId>()
  readonly #shown: ChatMessage[] = []
  /** The seats that it lost and could not take again by itself. */
  readonly lostSeats: string[] = []
  /** When it was in its room again after each connection, in milliseconds since 1970. */
  readonly seatedAt: number[] = []
  #room: RoomId = ''
  #lastText = 0
  #isSeated = false

  constructor(name: string, server: string, random: () => number) {
    this.name = name
    this.client = createChatClient({ server, random, name: 'chaos' })
    this.client.subscribe(event => this.#take(event))
  }

  async enter(room: RoomId, password: string | undefined): Promise<void> {
    this.#room = room
    await this.client.join(room, password === undefined ? {} : { password })
  }

  /** Posts a new message. */
  speak(): void {
    const text = `${this.name} says ${++this.#lastText}`
    const { clientMessageId, acked } = this.client.send(this.#room, text)
    this.#said.set(clientMessageId, text)
    acked.then(
      ({ seq }) => this.#acked.set(clientMessageId, seq),
      () => this.#failed.add(clientMessageId),
    )
  }

  get isSeated(): boolean {
    return this.#isSeated
  }

  /** True when it has its seat, waits for no ack, and was shown every message up to `seq`. */
  isSettled(seq: Seq): boolean {
    return (
      this.#isSeated &&
      this.#said.size === this.#acked.size + this.#failed.size &&
      (this.#shown.at(-1)?.seq ?? 0) >= seq
    )
  }

  get newestSeq(): Seq {
    return Math.max(this.#shown.at(-1)?.seq ?? 0, ...this.#acked.values())
  }

  get record(): ClientRecord {
    return {
      name: this.name,
      user: this.client.user?.id ?? '',
      room: this.#room,
      said: this.#said,
      acked: this.#acked,
      failed: this.#failed,
      shown: this.#shown,
    }
  }

  #take(event: ClientEvent): void {
    if (event.type === 'message') this.#shown.push(event.message)
    if (event.type === 'joined') {
      this.#shown.push(...event.messages)
      this.seatedAt.push(Date.now())
      this.#isSeated = true
    }
    if (event.type === 'status' && event.status.state !== 'open') this.#isSeated = false
    // Nobody here closes before the end, so that a client which gives up has lost its seat.
    if (event.type === 'status' && event.status.state === 'closed' && event.status.reason !== 'left')
      this.lostSeats.push(`${this.name}: ${event.status.reason}`)
    if (event.type === 'lostSeat') this.lostSeats.push(`${this.name}: ${event.error.code}`)
  }
}
