import type { RoomId } from '../../protocol/model.ts'
import type { ChatStore } from './chat-store.ts'
import type { CoreLog } from './core-log.ts'

/** How long a purge waits when the store did not answer, in milliseconds. */
const RETRY_MS = 1_000

/** Takes ended rooms out of the store, many at a time, and tries again until it is done. */
export class Purger {
  readonly #store: ChatStore
  readonly #log: CoreLog
  readonly #waiting = new Set<RoomId>()
  #running: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(store: ChatStore, log: CoreLog) {
    this.#store = store
    this.#log = log
  }

  purgeRoom(room: RoomId): void {
    this.#waiting.add(room)
    if (this.#retry === undefined) this.#startPurge()
  }

  /** Tries once more to purge what waits, so that no ended room is found as a living one by the next start. */
  async finishPurges(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    await this.#running
    if (this.#waiting.size > 0) await this.#purgeWaiting()
  }

  #startPurge(): void {
    this.#running ??= this.#purgeWaiting().finally(() => {
      this.#running = undefined
      if (this.#waiting.size > 0 && this.#retry === undefined && !this.#isClosed) this.#startPurge()
    })
  }

  async #purgeWaiting(): Promise<void> {
    // Rooms that end in one tick go in one step.
    await new Promise(resolve => setImmediate(resolve))
    const rooms = [...this.#waiting]
    this.#waiting.clear()
    try {
      await this.#store.purgeRooms(rooms)
      this.#log.info({ rooms: rooms.length }, 'purged rooms')
    } catch (error) {
      for (const room of rooms) this.#waiting.add(room)
      this.#log.warn(
        { rooms: rooms.length, error: String(error) },
        'a purge did not go through: trying again',
      )
      if (this.#isClosed) return
      this.#retry = setTimeout(() => {
        this.#retry = undefined
        this.#startPurge()
      }, RETRY_MS)
    }
  }
}
