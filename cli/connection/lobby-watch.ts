import { LIMITS } from '../../protocol/limits.ts'
import type { RoomSummary } from '../../protocol/model.ts'
import type { ServerAnswerTo, ServerEvent } from '../../protocol/server-messages.ts'
import type { ClientEvent } from './client-events.ts'
import type { Ask } from './requests.ts'
import type { RetryRefused } from './retry-refused.ts'

/** What the server tells who watches the lobby. */
export type LobbyEvent = Extract<ServerEvent, { type: `room.${string}` }>

/** The lobby, listed and live: subscribes again after each reconnect, and holds events back until the list they change is whole. */
export class LobbyWatch {
  readonly #ask: Ask
  readonly #retryRefused: RetryRefused
  readonly #emit: (event: ClientEvent) => void
  #isWatching = false
  #heldBack: LobbyEvent[] | undefined

  constructor(ask: Ask, retryRefused: RetryRefused, emit: (event: ClientEvent) => void) {
    this.#ask = ask
    this.#retryRefused = retryRefused
    this.#emit = emit
  }

  /** All rooms, page by page. */
  async list(): Promise<readonly RoomSummary[]> {
    return this.#rest(await this.#ask({ type: 'room.list', limit: LIMITS.roomPage }))
  }

  async watch(): Promise<void> {
    this.#isWatching = true
    const heldBack: LobbyEvent[] = []
    this.#heldBack = heldBack
    const rooms = await this.#rest(await this.#ask({ type: 'room.subscribe', limit: LIMITS.roomPage }))
    if (this.#heldBack !== heldBack) return
    this.#heldBack = undefined
    this.#emit({ type: 'rooms', rooms })
    for (const event of heldBack) this.receive(event)
  }

  /** The connection is back. */
  async resume(): Promise<void> {
    // Lost once more, the next reconnect resumes; the rooms shown stay until then.
    if (this.#isWatching) await this.#retryRefused(() => this.watch()).catch(() => undefined)
  }

  async unwatch(): Promise<void> {
    this.#isWatching = false
    this.#heldBack = undefined
    await this.#ask({ type: 'room.unsubscribe' })
  }

  receive(event: LobbyEvent): void {
    if (!this.#isWatching) return
    if (this.#heldBack !== undefined) {
      this.#heldBack.push(event)
      return
    }
    this.#emit(clientEventOf(event))
  }

  /** The rooms of a first page and of all pages after it; a room listed twice because others went counts once. */
  async #rest(first: ServerAnswerTo<'room.list'>): Promise<readonly RoomSummary[]> {
    const rooms = new Map(first.rooms.map(room => [room.id, room]))
    let cursor = first.cursor
    while (cursor !== null) {
      const page: ServerAnswerTo<'room.list'> = await this.#ask({
        type: 'room.list',
        cursor,
        limit: LIMITS.roomPage,
      })
      for (const room of page.rooms) rooms.set(room.id, room)
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
