import { LIMITS } from '../../protocol/limits.ts'
import type { RoomId, User, UserId } from '../../protocol/model.ts'
import type { FanOut } from './fan-out.ts'

/** Milliseconds between two frames about writing in one room, however many people write there. */
const PAUSE_MS = 1_000

/**
 * Tells a room's members who is writing (PROTOCOL.md C8). The first hint is told at once, and then
 * there is at most one frame in each pause, with a few names. Hints are not stored.
 */
export class RoomTyping {
  readonly #room: RoomId
  readonly #fanOut: FanOut
  readonly #writing = new Map<UserId, User>()
  #pause: NodeJS.Timeout | undefined

  constructor(room: RoomId, fanOut: FanOut) {
    this.#room = room
    this.#fanOut = fanOut
  }

  /** Somebody has hinted that they are writing. */
  noteWriter(user: User): void {
    if (this.#writing.size < LIMITS.typingNamed) this.#writing.set(user.id, user)
    if (this.#pause === undefined) this.#tellWriters()
  }

  /** The person has said what they were writing, or has exited. Their hint is no longer news. */
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
