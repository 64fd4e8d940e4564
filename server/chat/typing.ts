import { LIMITS } from '../../protocol/limits.ts'
import type { RoomId, User, UserId } from '../../protocol/model.ts'
import type { FanOut } from './fan-out.ts'

/** Milliseconds between two hints of one room, however many people write there. */
const PAUSE_MS = 1_000

/**
 * Tells a room's members that somebody writes: the first hint at once, then at most one frame in each pause, with few
 * names (PROTOCOL.md C8). Nothing of it is kept.
 */
export class Typing {
  readonly #room: RoomId
  readonly #fanOut: FanOut
  readonly #writing = new Map<UserId, User>()
  #pause: NodeJS.Timeout | undefined

  constructor(room: RoomId, fanOut: FanOut) {
    this.#room = room
    this.#fanOut = fanOut
  }

  /** Hints to the members that this person writes. */
  noteWriter(user: User): void {
    if (this.#writing.size < LIMITS.typingNamed) this.#writing.set(user.id, user)
    if (this.#pause === undefined) this.#tellWriters()
  }

  /** What this person wrote was said, or they are gone: the hint is no longer news. */
  dropWriter(user: User): void {
    this.#writing.delete(user.id)
  }

  stopTyping(): void {
    clearTimeout(this.#pause)
    this.#writing.clear()
  }

  #tellWriters(): void {
    this.#pause = undefined
    if (this.#writing.size === 0) return
    this.#fanOut.publishEvent({ type: 'chat.typing', room: this.#room, users: [...this.#writing.values()] })
    this.#writing.clear()
    this.#fanOut.flushEvents()
    this.#pause = setTimeout(() => this.#tellWriters(), PAUSE_MS)
  }
}
