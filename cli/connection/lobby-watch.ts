import { LIMITS } from '../../protocol/limits.ts'
import type { RoomId, RoomSummary } from '../../protocol/model.ts'
import type { ServerAnswerTo, ServerEvent } from '../../protocol/server-messages.ts'
import type { ClientEvent } from './client-events.ts'
import type { Ask } from './pending-requests.ts'
import type { RetryRefused } from './retry-refused.ts'
import { ServerEventGate } from './server-event-gate.ts'
import type { ConnectionEnds } from './server-link.ts'

/** What the server tells those who watch the lobby. */
type LobbyEvent = Extract<ServerEvent, { type: `room.${string}` }>

/**
 * Keeps the list of rooms live. Subscribes again after each reconnect. Events wait until all
 * pages of the list that they change have been read.
 */
export class LobbyWatch {
  readonly #ask: Ask
  readonly #retryRefused: RetryRefused
  readonly #emit: (event: ClientEvent) => void
  readonly #connection: ConnectionEnds
  readonly #gate: ServerEventGate<LobbyEvent>
  #isWatching = false
  /** The rooms that there are after the events so far. */
  #known = new Set<RoomId>()

  constructor(
    ask: Ask,
    retryRefused: RetryRefused,
    emit: (event: ClientEvent) => void,
    connection: ConnectionEnds,
  ) {
    this.#ask = ask
    this.#retryRefused = retryRefused
    this.#emit = emit
    this.#connection = connection
    this.#gate = new ServerEventGate(
      event => this.#passEvent(event),
      () => connection.cutAndReconnect(),
    )
  }

  /** All rooms, page by page. */
  async readAllRooms(): Promise<readonly RoomSummary[]> {
    return this.#readFollowingPages(await this.#ask({ type: 'room.list', limit: LIMITS.roomPage }))
  }

  async watchLobby(): Promise<void> {
    this.#isWatching = true
    const isLatest = this.#gate.closeGate()
    const first = await this.#ask({ type: 'room.subscribe', limit: LIMITS.roomPage })
    // A busy server may have taken it only after `unwatchLobby`.
    if (!this.#isWatching) await this.#ask({ type: 'room.unsubscribe' })
    if (!isLatest()) return
    const rooms = await this.#readFollowingPages(first)
    if (!isLatest()) return
    this.#known = new Set(rooms.map(room => room.id))
    this.#emit({ type: 'rooms', rooms })
    this.#gate.openGate()
  }

  /** The connection is back. */
  async resumeWatch(): Promise<void> {
    // If the connection is lost again, the next reconnect resumes; the rooms shown stay until then.
    if (this.#isWatching) await this.#retryRefused(() => this.watchLobby()).catch(() => undefined)
  }

  async unwatchLobby(): Promise<void> {
    this.#isWatching = false
    // If the list is still being read, its result is not wanted any more.
    this.#gate.closeGate()
    await this.#ask({ type: 'room.unsubscribe' })
  }

  receiveLobbyEvent(event: LobbyEvent): void {
    if (this.#isWatching) this.#gate.receiveEvent(event)
  }

  #passEvent(event: LobbyEvent): void {
    if (event.type === 'room.newRoom') this.#known.add(event.room.id)
    if (event.type === 'room.removeRoom') this.#known.delete(event.room)
    if (this.#known.size > LIMITS.roomsListed) this.#connection.endAsBroken('too many rooms')
    else this.#emit(clientEventOf(event))
  }

  /**
   * The rooms of this page and of all pages after it. A room may come twice, since the list can
   * change between two pages.
   */
  async #readFollowingPages(first: ServerAnswerTo<'room.list'>): Promise<readonly RoomSummary[]> {
    const rooms = new Map(first.rooms.map(room => [room.id, room]))
    let cursor = first.cursor
    while (cursor !== null) {
      const page: ServerAnswerTo<'room.list'> = await this.#ask({
        type: 'room.list',
        cursor,
        limit: LIMITS.roomPage,
      })
      const known = rooms.size
      for (const room of page.rooms) rooms.set(room.id, room)
      // Each page goes on where the last one ended, and new rooms come on the first.
      if (rooms.size === known && page.cursor !== null)
        throw this.#connection.endAsBroken('pages without an end')
      if (rooms.size > LIMITS.roomsListed) throw this.#connection.endAsBroken('too many rooms')
      cursor = page.cursor
    }
    return [...rooms.values()]
  }
}

function clientEventOf(event: LobbyEvent): ClientEvent {
  switch (event.type) {
    case 'room.newRoom':
      return { type: 'newRoom', room: event.room }
    case 'room.roomChanged':
      return { type: 'roomChanged', room: event.room, people: event.people }
    case 'room.removeRoom':
      return { type: 'removeRoom', room: event.room }
  }
}
