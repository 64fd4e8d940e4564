import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ChatMessage, RoomId, RoomSummary, Seq, UserId } from '../../protocol/model.ts'
import type { ServerAnswerTo, ServerEvent } from '../../protocol/server-messages.ts'
import type { ClientEvent } from './client-events.ts'
import { readMissedMessages } from './missed-messages.ts'
import type { Ask } from './pending-requests.ts'
import type { RetryRefused } from './retry-refused.ts'
import { ServerEventGate } from './server-event-gate.ts'
import type { ConnectionEnds } from './server-link.ts'

/** What the server tells those who sit in a room. */
type SeatEvent = Extract<
  ServerEvent,
  { type: 'chat.chat' | 'chat.join' | 'chat.exit' | 'chat.attendants' | 'chat.ended' }
>

interface Seat {
  readonly room: RoomId
  readonly password: string | undefined
  /** The newest message that was passed on; undefined if we know nothing of the room yet. */
  lastSeq: Seq | undefined
  wasSeated: boolean
  /** The people in the room, as far as the server told us. */
  members: Set<UserId>
  /** Who sat there before the loss and is not back yet, and until when that counts. */
  awaited: { readonly people: Set<UserId>; readonly untilMs: number }
  /** Closed while we are not seated or while messages are missing. */
  readonly gate: ServerEventGate<SeatEvent>
}

interface SeatsSettings {
  readonly ask: Ask
  readonly retryRefused: RetryRefused
  readonly emit: (event: ClientEvent) => void
  /** Called for every message, before its event. */
  readonly onMessage: (room: RoomId, message: ChatMessage) => void
  /** Called when unsent messages of the room can go on. */
  readonly onSeated: (room: RoomId) => void
  readonly onLost: (room: RoomId, error: RequestError) => void
  readonly connection: ConnectionEnds
}

/** How long after a reconnect others may take for theirs, in milliseconds (PROTOCOL.md T4). */
const RETURN_MS = 30_000

/** People whom one moment of a room may name, before they have gone again. */
const MOST_MEMBERS = 4 * LIMITS.roomMaxHighest

/**
 * The rooms where this client has a seat. Takes the seats again after each reconnect. Passes each
 * message on once and in order of `seq`, and fetches those that were missed (PROTOCOL.md D4, D6,
 * D7).
 */
export class OwnSeats {
  readonly #settings: SeatsSettings
  readonly #seats = new Map<RoomId, Seat>()

  constructor(settings: SeatsSettings) {
    this.#settings = settings
  }

  /** Whether the server has seated us and no message is missing. */
  isSeated(room: RoomId): boolean {
    const seat = this.#seats.get(room)
    return seat?.wasSeated === true && seat.gate.isOpen
  }

  /** Whether we have a seat there, or will get it back after the connection. */
  hasSeat(room: RoomId): boolean {
    return this.#seats.has(room)
  }

  get seatedRooms(): readonly RoomId[] {
    return [...this.#seats.keys()]
  }

  /** Takes a seat. Nothing is kept of a first join that fails. A seat that was there stays. */
  async joinRoom(
    room: RoomId,
    password: string | undefined,
    sinceSeq: Seq | undefined,
  ): Promise<RoomSummary> {
    const seat = this.#seats.get(room) ?? this.#newSeat(room, password, sinceSeq)
    this.#seats.set(room, seat)
    try {
      return await this.#takeSeat(seat)
    } catch (error) {
      if (this.#seats.get(room) === seat) {
        if (seat.wasSeated) void this.#resumeSeat(seat)
        else this.#seats.delete(room)
      }
      throw error
    }
  }

  /** Gives a seat up; false if we had none. */
  giveUpSeat(room: RoomId): boolean {
    return this.#seats.delete(room)
  }

  /** The connection is lost, and with it every seat until it is back. */
  loseSeats(): void {
    for (const seat of this.#seats.values()) seat.gate.closeGate()
  }

  /** The connection is back: takes every seat again. */
  retakeSeats(): void {
    for (const seat of this.#seats.values()) void this.#resumeSeat(seat)
  }

  receiveSeatEvent(event: SeatEvent): void {
    this.#seats.get(event.room)?.gate.receiveEvent(event)
  }

  #newSeat(room: RoomId, password: string | undefined, lastSeq: Seq | undefined): Seat {
    const seat: Seat = {
      room,
      password,
      lastSeq,
      wasSeated: false,
      members: new Set(),
      awaited: { people: new Set(), untilMs: 0 },
      gate: new ServerEventGate(
        event => this.#passEvent(seat, event),
        () => this.#settings.connection.cutAndReconnect(),
        event => ('users' in event ? 1 + event.users.length : 1),
      ),
    }
    return seat
  }

  async #resumeSeat(seat: Seat): Promise<void> {
    try {
      await this.#settings.retryRefused(() => this.#takeSeat(seat))
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      // If the connection is lost again, the next reconnect resumes.
      if (error.isRetryable || this.#seats.get(seat.room) !== seat) return
      this.#loseForGood(seat.room, error)
    }
  }

  #loseForGood(room: RoomId, error: RequestError): void {
    this.#seats.delete(room)
    this.#settings.onLost(room, error)
    this.#settings.emit({ type: 'lostSeat', room, error })
  }

  async #takeSeat(seat: Seat): Promise<RoomSummary> {
    const { password, lastSeq: sinceSeq, wasSeated: isResume } = seat
    seat.gate.closeGate()
    const joined = await this.#settings.ask({
      type: 'chat.join',
      room: seat.room,
      ...(password !== undefined && { password }),
      ...(sinceSeq !== undefined && { sinceSeq }),
    })
    if (joined.room.id !== seat.room) throw this.#settings.connection.endAsBroken('a seat in another room')
    const messages = await this.#closeGap(joined, sinceSeq)
    if (this.#seats.get(seat.room) !== seat) return joined.room
    for (const message of messages) this.#settings.onMessage(seat.room, message)
    seat.lastSeq = joined.lastSeq
    seat.wasSeated = true
    const members = new Set(joined.members.map(user => user.id))
    const before = [...seat.members, ...seat.awaited.people]
    const missing = before.filter(person => !members.has(person))
    seat.awaited = { people: new Set(missing), untilMs: performance.now() + RETURN_MS }
    seat.members = members
    const { room, bots = [], observers = [], connections = 1, lastSeq } = joined
    this.#settings.emit({
      type: 'joined',
      room,
      members: joined.members,
      attendants: { bots, observers },
      connections,
      messages,
      lastSeq,
      isResume,
    })
    this.#openGate(seat)
    return room
  }

  /** The messages of a join. If there is a gap, it is closed by paging back to `sinceSeq`. */
  async #closeGap(joined: ServerAnswerTo<'chat.joined'>, sinceSeq: Seq | undefined): Promise<ChatMessage[]> {
    const afterSeq = sinceSeq ?? -1
    const messages = joined.messages.filter(message => message.seq > afterSeq)
    if (!joined.gap || sinceSeq === undefined) return messages
    const beforeSeq = messages[0]?.seq ?? joined.lastSeq + 1
    return [
      ...(await readMissedMessages(joined.room.id, { afterSeq, beforeSeq }, this.#settings)),
      ...messages,
    ]
  }

  #passEvent(seat: Seat, event: SeatEvent): void {
    // A listener of an earlier event may have left the room.
    if (this.#seats.get(seat.room) !== seat) return
    switch (event.type) {
      case 'chat.chat':
        this.#passMessage(seat, event)
        break
      case 'chat.join':
      case 'chat.exit':
        this.#passPresence(seat, event)
        break
      case 'chat.attendants': {
        const { room, bots, observers } = event
        this.#settings.emit({ type: 'attendants', room, attendants: { bots, observers } })
        break
      }
      case 'chat.ended':
        this.#loseForGood(seat.room, new RequestError('noSuchRoom', 'The room has ended.'))
        break
      default:
        event satisfies never
    }
  }

  #passMessage(seat: Seat, event: Extract<SeatEvent, { type: 'chat.chat' }>): void {
    const lastSeq = seat.lastSeq ?? 0
    if (event.message.seq <= lastSeq) return
    if (event.message.seq > lastSeq + 1) void this.#catchUp(seat, event)
    else this.#deliver(seat, event.message)
  }

  /**
   * Passes on only changes: a join of somebody new, an exit of somebody present (PROTOCOL.md C5).
   */
  #passPresence(
    seat: Seat,
    { type, room, users, people }: Extract<SeatEvent, { type: 'chat.join' | 'chat.exit' }>,
  ): void {
    const isJoin = type === 'chat.join'
    const moved = users.filter(user => seat.members.has(user.id) !== isJoin)
    if (seat.members.size + users.length > MOST_MEMBERS) {
      this.#settings.connection.endAsBroken('too many people')
      return
    }
    for (const user of moved) isJoin ? seat.members.add(user.id) : seat.members.delete(user.id)
    if (!isJoin) {
      if (moved.length > 0) this.#settings.emit({ type: 'exit', room, users: moved, people })
      return
    }
    const isWaiting = performance.now() < seat.awaited.untilMs
    const [back, fresh] = partition(moved, user => seat.awaited.people.delete(user.id) && isWaiting)
    if (back.length > 0) this.#settings.emit({ type: 'join', room, users: back, people, isReturn: true })
    if (fresh.length > 0) this.#settings.emit({ type: 'join', room, users: fresh, people })
  }

  /**
   * Messages are missing before `event` though the connection held: fetches them, then goes on.
   */
  async #catchUp(seat: Seat, event: Extract<SeatEvent, { type: 'chat.chat' }>): Promise<void> {
    const isLatest = seat.gate.closeGate(event)
    try {
      const missed = await readMissedMessages(
        seat.room,
        { afterSeq: seat.lastSeq ?? 0, beforeSeq: event.message.seq },
        this.#settings,
      )
      if (!isLatest()) return
      for (const message of missed) this.#deliver(seat, message)
      // Messages that the history does not have either will never come.
      seat.lastSeq = event.message.seq - 1
      this.#openGate(seat)
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      if (isLatest() && !error.isRetryable) void this.#resumeSeat(seat)
    }
  }

  #deliver(seat: Seat, message: ChatMessage): void {
    seat.lastSeq = message.seq
    this.#settings.onMessage(seat.room, message)
    this.#settings.emit({ type: 'message', room: seat.room, message })
  }

  /**
   * Passes on the events that waited. If messages are missing among them, the gate closes again.
   */
  #openGate(seat: Seat): void {
    seat.gate.openGate()
    if (this.isSeated(seat.room)) this.#settings.onSeated(seat.room)
  }
}

function partition<Item>(items: readonly Item[], holds: (item: Item) => boolean): [Item[], Item[]] {
  const parts: [Item[], Item[]] = [[], []]
  for (const item of items) parts[holds(item) ? 0 : 1].push(item)
  return parts
}
