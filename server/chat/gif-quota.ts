import { RequestError } from '../../protocol/error-codes.ts'
import type { RoomId } from '../../protocol/model.ts'

/** Bytes of GIFs that are kept at most. */
export interface GifQuotaSettings {
  readonly gifBytesPerRoom: number
  /** In all rooms together. */
  readonly gifBytes: number
}

/** Counts the bytes of GIFs that rooms keep, before they are stored, so that no disk is filled (PROTOCOL.md G6). */
export class GifQuota {
  readonly #settings: GifQuotaSettings
  readonly #kept = new Map<RoomId, number>()
  #total = 0

  constructor(settings: GifQuotaSettings) {
    this.#settings = settings
  }

  /** Throws `roomGifsFull` or `serverGifsFull`. */
  takeQuota(room: RoomId, bytes: number): void {
    if ((this.#kept.get(room) ?? 0) + bytes > this.#settings.gifBytesPerRoom) {
      throw new RequestError(
        'roomGifsFull',
        `this room keeps no more GIFs: ${inMebibytes(this.#settings.gifBytesPerRoom)} is all`,
      )
    }
    if (this.#total + bytes > this.#settings.gifBytes) {
      throw new RequestError(
        'serverGifsFull',
        'this server keeps no more GIFs until some of its rooms have ended',
      )
    }
    this.countKeptBytes(room, bytes)
  }

  /** Counts what is stored already, however much it is; what was taken is given back with a minus. */
  countKeptBytes(room: RoomId, bytes: number): void {
    const kept = this.#kept.get(room)
    // A room that has ended is counted no more.
    if (kept === undefined && bytes <= 0) return
    const now = Math.max(0, (kept ?? 0) + bytes)
    this.#total += now - (kept ?? 0)
    if (now === 0) this.#kept.delete(room)
    else this.#kept.set(room, now)
  }

  /** The room has ended. */
  forgetRoom(room: RoomId): void {
    this.#total -= this.#kept.get(room) ?? 0
    this.#kept.delete(room)
  }
}

const inMebibytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`
