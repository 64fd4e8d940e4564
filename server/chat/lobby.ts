import type { RoomId, RoomSummary } from '../../protocol/model.ts'
import type { ServerEvent } from '../../protocol/server-messages.ts'
import { FanOut, type Subscriber } from './fan-out.ts'

/** How long changes are collected before subscribers are told, in milliseconds. */
const GATHER_MS = 50

/** A room as the lobby lists it. */
export interface LobbyRoom {
  readonly id: RoomId
  readonly people: number
  summary(): RoomSummary
}

/** One page of the list. The newest rooms come first. */
interface RoomPage {
  readonly rooms: readonly RoomSummary[]
  readonly cursor: string | null
  readonly total: number
}

interface Entry {
  readonly ordinal: number
  room: LobbyRoom
}

/** Who lists rooms. */
export interface LobbyList {
  /** Lists a room, or puts it in the place of the one with its id. */
  addRoom(room: LobbyRoom): void
  /** The number of people has changed. */
  updateRoom(room: LobbyRoom): void
  removeRoom(room: LobbyRoom): void
}

/**
 * The live list of rooms. It answers pages, and tells subscribers what changes (PROTOCOL.md R4,
 * R5).
 */
export class Lobby implements LobbyList {
  readonly #fanOut = new FanOut()
  /** Sorted by `ordinal`, so that a cursor stays right while rooms come and go. */
  readonly #entries: Entry[] = []
  readonly #changes = new Map<RoomId, 'newRoom' | 'roomChanged' | 'removeRoom'>()
  readonly #rooms = new Map<RoomId, Entry>()
  #lastOrdinal = 0
  #timer: NodeJS.Timeout | undefined

  subscribeToLobby(subscriber: Subscriber): void {
    this.#fanOut.subscribers.add(subscriber)
  }

  unsubscribeFromLobby(subscriber: Subscriber): void {
    this.#fanOut.subscribers.delete(subscriber)
  }

  addRoom(room: LobbyRoom): void {
    const known = this.#rooms.get(room.id)
    if (known !== undefined) {
      known.room = room
      this.updateRoom(room)
      return
    }
    const entry = { ordinal: ++this.#lastOrdinal, room }
    this.#entries.push(entry)
    this.#rooms.set(room.id, entry)
    this.#noteChange(room.id, 'newRoom')
  }

  updateRoom(room: LobbyRoom): void {
    if (this.#changes.get(room.id) !== 'newRoom') this.#noteChange(room.id, 'roomChanged')
  }

  removeRoom(room: LobbyRoom): void {
    const entry = this.#rooms.get(room.id)
    if (entry === undefined) return
    this.#rooms.delete(room.id)
    this.#entries.splice(this.#entryIndexOf(entry.ordinal), 1)
    this.#noteChange(room.id, 'removeRoom')
  }

  /** The page of the newest rooms, or the page that follows the one with `cursor`. */
  listPage(cursor: string | undefined, limit: number): RoomPage {
    const ordinal = cursor === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(cursor, 36)
    const end = this.#entryIndexOf(ordinal)
    const start = Math.max(0, end - limit)
    const entries = this.#entries.slice(start, end).reverse()
    const last = entries.at(-1)
    return {
      rooms: entries.map(({ room }) => room.summary()),
      cursor: start > 0 && last !== undefined ? last.ordinal.toString(36) : null,
      total: this.#entries.length,
    }
  }

  closeLobby(): void {
    clearTimeout(this.#timer)
    this.#fanOut.subscribers.clear()
  }

  /** The index of the first entry whose ordinal is at least this. */
  #entryIndexOf(ordinal: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.ordinal ?? 0) < ordinal) low = middle + 1
      else high = middle
    }
    return low
  }

  #noteChange(room: RoomId, change: 'newRoom' | 'roomChanged' | 'removeRoom'): void {
    this.#changes.set(room, change)
    this.#timer ??= setTimeout(() => this.#tellChanges(), GATHER_MS)
  }

  #tellChanges(): void {
    this.#timer = undefined
    for (const [id, change] of this.#changes) {
      const event = this.#changeEventOf(id, change)
      if (event !== undefined) this.#fanOut.publishEvent(event)
    }
    this.#changes.clear()
    this.#fanOut.flushEvents()
  }

  #changeEventOf(id: RoomId, change: 'newRoom' | 'roomChanged' | 'removeRoom'): ServerEvent | undefined {
    if (change === 'removeRoom') return { type: 'room.removeRoom', room: id }
    const room = this.#rooms.get(id)?.room
    if (room === undefined) return undefined
    if (change === 'newRoom') return { type: 'room.newRoom', room: room.summary() }
    return { type: 'room.roomChanged', room: id, people: room.people }
  }
}
