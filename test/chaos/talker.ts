import { createChatClient } from '../../cli/connection/chat-client.ts'
import type {
  ChatClient,
  ClientEvent,
  ConnectionStatus,
  OutgoingHandle,
  OutgoingMessage,
} from '../../cli/connection/client-events.ts'
import type { ChatMessage, ClientMessageId, PostedGif, RoomId, Seq, UserId } from '../../protocol/model.ts'
import type { ClientRecord, Crowd } from './checker.ts'

/** A time without a seat, in milliseconds since 1970. */
export interface Absence {
  readonly from: number
  to: number
}

/**
 * A client of gifchat that posts messages, and records the acks and the messages that it is shown.
 */
export class Talker {
  readonly name: string
  readonly client: ChatClient
  token = ''
  readonly #said = new Map<ClientMessageId, string>()
  readonly #acked = new Map<ClientMessageId, Seq>()
  readonly #failed = new Set<ClientMessageId>()
  readonly #shown: ChatMessage[] = []
  /** The seats that it lost and could not take again by itself. */
  readonly lostSeats: string[] = []
  readonly absences: Absence[] = []
  /** How long each ack of a text took, in milliseconds. */
  readonly ackMs: number[] = []
  /** What it was told that went wrong for now: each refusal, transfer and dial that failed. */
  readonly troubles: string[] = []
  readonly #known = new Set<unknown>()
  #room: RoomId = ''
  #capacity = 0
  #mostPeople = 0
  #lastText = 0
  #isSeated = false
  #isDialing = false
  #isLeaving = false

  constructor(name: string, server: string, random: () => number) {
    this.name = name
    const onToken = (token: string) => {
      this.token = token
    }
    this.client = createChatClient({ server, random, name: 'chaos', onToken })
    this.client.subscribe(event => this.#take(event))
  }

  async enter(room: RoomId, password: string | undefined): Promise<void> {
    this.#room = room
    await this.client.join(room, password === undefined ? {} : { password })
  }

  /** Posts a new message. */
  speak(): void {
    const text = `${this.name} says ${++this.#lastText}`
    const saidAt = performance.now()
    const noteTime = () => this.ackMs.push(performance.now() - saidAt)
    this.#post(text, this.client.send(this.#room, text)).then(noteTime, () => {})
  }

  /** Posts the GIF in this file. */
  show(path: string): void {
    this.#post(path, this.client.sendGif(this.#room, path)).catch(() => {})
  }

  /** Leaves, if it has a seat, and closes. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    if (this.#isSeated) await this.client.leave(this.#room)
    await this.client.close()
  }

  /** The GIFs that it was shown, with their authors. */
  get gifs(): readonly { readonly gif: PostedGif; readonly user: UserId }[] {
    return this.#shown.flatMap(message =>
      'gif' in message ? [{ gif: message.gif, user: message.user.id }] : [],
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

  get crowd(): Crowd {
    return { name: this.name, people: this.#mostPeople, capacity: this.#capacity }
  }

  async #post(text: string, { clientMessageId, acked }: OutgoingHandle): Promise<void> {
    this.#said.set(clientMessageId, text)
    try {
      this.#acked.set(clientMessageId, (await acked).seq)
    } catch (error) {
      this.#failed.add(clientMessageId)
      throw error
    }
  }

  #take(event: ClientEvent): void {
    if (event.type === 'message') this.#shown.push(event.message)
    if (event.type === 'joined') this.#noteSeat(event)
    if (event.type === 'join' || event.type === 'exit') this.#notePeople(event.people)
    if (event.type === 'status' && event.status.state !== 'open') this.#noteAbsence()
    if (event.type === 'status') this.#noteDial(event.status.state)
    if (event.type === 'outgoing') this.#noteTrouble(event.message)
    // Nobody here closes before the end, so that a client which gives up has lost its seat.
    if (event.type === 'status' && event.status.state === 'closed' && event.status.reason !== 'left')
      this.#noteLostSeat(event.status.reason)
    if (event.type === 'lostSeat') this.#noteLostSeat(event.error.code)
  }

  /** Who leaves has none to lose: if the answer does not come, its room may have ended. */
  #noteLostSeat(why: string): void {
    if (!this.#isLeaving) this.lostSeats.push(`${this.name}: ${why}`)
  }

  #noteSeat({ room, members, messages }: ClientEvent & { readonly type: 'joined' }): void {
    this.#shown.push(...messages)
    this.#capacity = room.max
    this.#notePeople(Math.max(room.people, members.length))
    const absence = this.absences.at(-1)
    if (absence !== undefined && !this.#isSeated) absence.to = Date.now()
    this.#isSeated = true
  }

  #notePeople(people: number): void {
    this.#mostPeople = Math.max(this.#mostPeople, people)
  }

  #noteDial(state: ConnectionStatus['state']): void {
    if (state === 'waiting' && this.#isDialing) this.troubles.push('the server was not reached')
    this.#isDialing = state === 'connecting' || state === 'queueing'
  }

  #noteAbsence(): void {
    if (this.#isSeated) this.absences.push({ from: Date.now(), to: Number.POSITIVE_INFINITY })
    this.#isSeated = false
  }

  /** A message is told again with each change of it, with the same error. */
  #noteTrouble({ refusal, delay, error }: OutgoingMessage): void {
    for (const trouble of [refusal, delay, error]) {
      if (trouble === undefined || this.#known.has(trouble)) continue
      this.#known.add(trouble)
      this.troubles.push(trouble.message)
    }
  }
}
