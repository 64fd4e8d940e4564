import type { RoomId } from '../../protocol/model.ts'
import type { ChatStore } from './chat-store.ts'
import type { CoreLog } from './core-log.ts'

/** How long a purge waits before it tries again, in milliseconds. */
const RETRY_MS = 1_000
/** How long a server that goes down waits for its purges. The next start finishes them. */
const LAST_MS = 3_000

/**
 * Purges ended rooms from the store, many in one call. A purge that failed is tried again until it
 * succeeds.
 */
export class RoomPurger {
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

  /** Tries a last time to purge the rooms that wait, so that the next start finds no ended room. */
  async finishPurges(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    const { promise: isLate, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, LAST_MS)
    await Promise.race([this.#purgeLast(), isLate])
    clearTimeout(timer)
  }

  async #purgeLast(): Promise<void> {
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
    // Rooms that end in one turn of the event loop are purged in one call.
    await new Promise(resolve => setImmediate(resolve))
    const rooms = [...this.#waiting]
    this.#waiting.clear()
    try {
      await this.#store.purgeRooms(rooms)
      this.#log.info({ rooms: rooms.length }, 'purged rooms')
    } catch (error) {
      for (const room of rooms) this.#waiting.add(room)
      this.#log.warn({ rooms: rooms.length, error: String(error) }, 'a purge failed: trying again')
      if (this.#isClosed) return
      this.#retry = setTimeout(() => {
        this.#retry = undefined
        this.#startPurge()
      }, RETRY_MS)
    }
  }
}
