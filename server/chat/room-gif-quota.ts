import { RequestError } from '../../protocol/error-codes.ts'
import type { RoomId } from '../../protocol/model.ts'

/** The most bytes of GIFs that the server keeps. */
export interface GifQuotaSettings {
  readonly gifBytesPerRoom: number
  /** In all rooms together. */
  readonly gifBytes: number
}

/**
 * Counts the bytes of GIFs that rooms keep. They are counted before they are stored, so that
 * uploads can't fill the disk (PROTOCOL.md G6).
 */
export class RoomGifQuota {
  readonly #settings: GifQuotaSettings
  readonly #kept = new Map<RoomId, number>()
  #total = 0

  constructor(settings: GifQuotaSettings) {
    this.#settings = settings
  }

  /** Counts bytes that are about to be stored. Throws `roomGifsFull` or `serverGifsFull`. */
  takeQuota(room: RoomId, bytes: number): void {
    if ((this.#kept.get(room) ?? 0) + bytes > this.#settings.gifBytesPerRoom) {
      throw new RequestError(
        'roomGifsFull',
        `this room can keep no more GIFs: it may have ${inMebibytes(this.#settings.gifBytesPerRoom)} of them`,
      )
    }
    if (this.#total + bytes > this.#settings.gifBytes) {
      throw new RequestError(
        'serverGifsFull',
        'this server can keep no more GIFs: try again when some rooms have ended',
      )
    }
    this.countKeptBytes(room, bytes)
  }

  /** Counts bytes without a check. Negative bytes give back what is stored no more. */
  countKeptBytes(room: RoomId, bytes: number): void {
    const kept = this.#kept.get(room)
    // The room has ended, and its bytes were given back all at once.
    if (kept === undefined && bytes <= 0) return
    const now = Math.max(0, (kept ?? 0) + bytes)
    this.#total += now - (kept ?? 0)
    if (now === 0) this.#kept.delete(room)
    else this.#kept.set(room, now)
  }

  /** The room keeps so many bytes, whatever was counted. */
  recountRoom(room: RoomId, bytes: number): void {
    this.countKeptBytes(room, bytes - (this.#kept.get(room) ?? 0))
  }

  keptBytes(room: RoomId): number {
    return this.#kept.get(room) ?? 0
  }

  hasGifs(room: RoomId): boolean {
    return this.#kept.has(room)
  }

  /** Gives back all bytes of a room that has ended. */
  forgetRoom(room: RoomId): void {
    this.#total -= this.#kept.get(room) ?? 0
    this.#kept.delete(room)
  }
}

const inMebibytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`
