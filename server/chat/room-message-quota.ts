import type { RoomId } from '../../protocol/model.ts'
import type { ChatStore } from './chat-store.ts'
import type { CoreLog } from './core-log.ts'

/** The most bytes of messages that the server keeps. */
export interface RoomMessageQuotaSettings {
  readonly messageBytesPerRoom: number
  /** In all rooms together. */
  readonly messageBytes: number
}

/** A room loses this much at once, or half of what it keeps: not every message costs a trim. */
const STEP_BYTES = 1024 * 1024
const afterStep = (bytes: number): number => Math.max(Math.floor(bytes / 2), bytes - STEP_BYTES)
/** After a trim that helped too little, so many more bytes have to come before the next. */
const RETRY_BYTES = 64 * 1024

interface KeptBytes {
  bytes: number
  /** With more bytes than this, the room is trimmed. */
  mostBytes: number
  wasTrimmed: boolean
}

/**
 * Counts the bytes of messages that rooms keep. Nobody is refused for them: the oldest messages go
 * instead (PROTOCOL.md M6). A trim goes through these phases:
 *
 * 1. `countMessages` finds that a room, or all of them together, keep too many bytes.
 * 2. The store forgets the oldest messages: of each room that is over its own limit, and else of
 *    the one that keeps most. It is one room at a time, so that a flood in many rooms can't fill
 *    the store with trims.
 * 3. The store says how many bytes are left, which counts from then on. If there is still too much,
 *    the next trim follows.
 */
export class RoomMessageQuota {
  readonly #store: ChatStore
  readonly #log: CoreLog
  readonly #settings: RoomMessageQuotaSettings
  readonly #rooms = new Map<RoomId, KeptBytes>()
  /** Rooms that were over their own limit. */
  readonly #over = new Set<RoomId>()
  #total = 0
  /** With more bytes than this in all, the room that keeps most is trimmed. */
  #mostBytes: number
  #trimming: Promise<void> | undefined
  #isClosed = false

  constructor(dependencies: { store: ChatStore; log: CoreLog; settings: RoomMessageQuotaSettings }) {
    this.#store = dependencies.store
    this.#log = dependencies.log
    this.#settings = dependencies.settings
    this.#mostBytes = dependencies.settings.messageBytes
  }

  /** Counts bytes that a room has stored, or that were found at start-up. */
  countMessages(room: RoomId, bytes: number): void {
    const kept = this.#rooms.get(room) ?? {
      bytes: 0,
      mostBytes: this.#settings.messageBytesPerRoom,
      wasTrimmed: false,
    }
    this.#rooms.set(room, kept)
    kept.bytes += bytes
    this.#total += bytes
    if (kept.bytes > kept.mostBytes) this.#over.add(room)
    if (this.#over.size > 0 || this.#total > this.#mostBytes) this.#startTrims()
  }

  /** The bytes of all messages of a room, as they are counted. */
  keptBytes(room: RoomId): number {
    return this.#rooms.get(room)?.bytes ?? 0
  }

  /** The room keeps so many bytes, whatever was counted. */
  recountMessages(room: RoomId, bytes: number): void {
    this.countMessages(room, bytes - (this.#rooms.get(room)?.bytes ?? 0))
  }

  /** The room has ended, and its messages with it. */
  forgetRoom(room: RoomId): void {
    this.#total -= this.#rooms.get(room)?.bytes ?? 0
    this.#rooms.delete(room)
    this.#over.delete(room)
    this.#mostBytes = this.#settings.messageBytes
  }

  /** Begins no further trim, and resolves when none is in progress. */
  async finishTrims(): Promise<void> {
    this.#isClosed = true
    await this.#trimming
  }

  #startTrims(): void {
    if (this.#isClosed) return
    this.#trimming ??= this.#trimAll().finally(() => {
      this.#trimming = undefined
    })
  }

  async #trimAll(): Promise<void> {
    while (!this.#isClosed) {
      const [over] = this.#over
      if (over !== undefined) {
        await this.#trimRoom(over, afterStep(this.#settings.messageBytesPerRoom))
        this.#over.delete(over) // what came meanwhile is counted already
      } else if (this.#total > this.#mostBytes) await this.#trimLargest()
      else return
    }
  }

  async #trimLargest(): Promise<void> {
    let largest: RoomId | undefined
    let most = 0
    for (const [room, { bytes }] of this.#rooms) {
      if (bytes <= most) continue
      largest = room
      most = bytes
    }
    const before = this.#total
    if (largest !== undefined) await this.#trimRoom(largest, afterStep(most))
    const isHelpful = this.#total < before
    this.#mostBytes = Math.max(this.#settings.messageBytes, isHelpful ? 0 : this.#total + RETRY_BYTES)
  }

  async #trimRoom(room: RoomId, mostBytes: number): Promise<void> {
    const kept = this.#rooms.get(room)
    if (kept === undefined) return
    try {
      const left = await this.#store.trimRoom(room, mostBytes)
      if (this.#rooms.get(room) !== kept) return // it ended meanwhile
      if (!kept.wasTrimmed && left < kept.bytes) {
        this.#log.info({ room, keptBytes: left }, 'a room keeps too much: its oldest messages go')
        kept.wasTrimmed = true
      }
      this.#total += left - kept.bytes
      kept.bytes = left
    } catch (error) {
      if (this.#rooms.get(room) !== kept) return
      this.#log.warn({ room, error: String(error) }, 'a room keeps too much, and could not be trimmed')
    }
    kept.mostBytes = Math.max(this.#settings.messageBytesPerRoom, kept.bytes + RETRY_BYTES)
  }
}
