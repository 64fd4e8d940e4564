import { RequestError } from '../../protocol/error-codes.ts'
import type { GifId, GifInfo, RoomId } from '../../protocol/model.ts'
import { type ChatStore, RoomGoneError, type StoredGif, StoreUnavailableError } from './chat-store.ts'
import type { CoreLog } from './core-log.ts'
import { type GifQuotaSettings, RoomGifQuota } from './room-gif-quota.ts'
import type { Posted } from './room-history.ts'
import { throwUnavailable, unavailableIfStoreFailed } from './unavailable.ts'

export interface RoomGifsSettings extends GifQuotaSettings {
  /** Milliseconds until a GIF that was uploaded but not posted is deleted. */
  readonly unpostedGifMs: number
}

/** A GIF that was uploaded, or is being stored. */
export type UnpostedGif = Pick<GifInfo, 'id' | 'bytes'>

interface Unposted {
  readonly bytes: number
  /** How many messages with this GIF are being posted. */
  claims: number
  /** Deletes the GIF. It runs while `claims` is 0. */
  timer: NodeJS.Timeout | undefined
}

type Key = `${RoomId}/${GifId}`
const gifKeyOf = (room: RoomId, gif: GifId): Key => `${room}/${gif}`

/**
 * The GIFs of all rooms, within a quota (PROTOCOL.md T6, G1, G6). A GIF goes through these phases:
 *
 * 1. Uploaded: `saveGif` counts its bytes and stores them. A timer runs. It also runs when the
 *    store failed, since the GIF may be there.
 * 2. Claimed: `postGif` stops the timer while a message with the GIF is being posted.
 * 3. Posted: the message is stored, and the GIF stays as long as its room.
 * 4. Or expired: the timer ran out, and the GIF is deleted. If that fails, the timer starts again.
 * 5. The room ends: its purge deletes the bytes, and `forgetRoom` gives back the quota.
 */
export class RoomGifs {
  readonly #store: ChatStore
  readonly #log: CoreLog
  readonly #settings: RoomGifsSettings
  readonly #quota: RoomGifQuota
  readonly #unposted = new Map<Key, Unposted>()
  readonly #saving = new Map<Key, { readonly bytes: number; readonly saved: Promise<void> }>()
  readonly #expiring = new Map<Key, Promise<void>>()
  #isStopped = false

  constructor(dependencies: { store: ChatStore; log: CoreLog; settings: RoomGifsSettings }) {
    this.#store = dependencies.store
    this.#log = dependencies.log
    this.#settings = dependencies.settings
    this.#quota = new RoomGifQuota(dependencies.settings)
  }

  /** Counts all GIFs of a found room, at start-up and again when the room is loaded. */
  countFoundGifs(room: RoomId, bytes: number): void {
    this.#quota.recountRoom(room, bytes)
  }

  /**
   * Stores an uploaded GIF with its room. Rejects with `noSuchRoom`, `roomGifsFull`,
   * `serverGifsFull` or `unavailable`.
   */
  saveGif(room: RoomId, gif: GifInfo, bytes: Uint8Array): Promise<void> {
    return this.saveGifWith(room, gif, () => this.#store.saveGif(room, gif, bytes))
  }

  /** The same, when others have the bytes: `keep` stores them, and rejects as a store does. */
  saveGifWith(room: RoomId, gif: GifInfo, keep: () => Promise<void>): Promise<void> {
    const key = gifKeyOf(room, gif.id)
    // The same GIF may come twice at once. It is stored once for both uploads.
    const saved =
      this.#saving.get(key)?.saved ??
      this.#saveGifOnce(room, gif, keep).finally(() => {
        this.#saving.delete(key)
      })
    this.#saving.set(key, { bytes: gif.bytes, saved })
    return saved
  }

  /** The bytes of all GIFs of a room, as they are counted. */
  keptBytes(room: RoomId): number {
    return this.#quota.keptBytes(room)
  }

  /** The GIFs of a room that are in no message yet. */
  unpostedIn(room: RoomId): readonly UnpostedGif[] {
    const found = new Map<Key, { readonly bytes: number }>([...this.#saving, ...this.#unposted])
    return [...found]
      .filter(([key]) => key.startsWith(`${room}/`))
      .map(([key, { bytes }]) => ({ id: key.slice(room.length + 1), bytes }))
  }

  /** Takes over GIFs that nobody has posted when another server owned the room. */
  takeUnposted(room: RoomId, gifs: readonly UnpostedGif[]): void {
    for (const gif of gifs) this.#noteUnposted(room, gif)
  }

  /**
   * Posts an uploaded GIF with `post`. From then on the GIF stays as long as its room. A message
   * that fails, or that was posted before, leaves the GIF as it was. Rejects with `noSuchGif`, or
   * as `post` does.
   */
  async postGif(room: RoomId, gif: GifId, post: (info: GifInfo) => Promise<Posted>): Promise<Posted> {
    const key = gifKeyOf(room, gif)
    const release = this.#claimGif(room, gif)
    try {
      const info = this.#expiring.has(key) ? undefined : await this.findGif(room, gif)
      if (info === undefined)
        throw new RequestError('noSuchGif', 'there is no such GIF in this room: upload it first')
      const posted = await post(info)
      if (!posted.isDuplicate) this.#unposted.delete(key)
      return posted
    } finally {
      release()
    }
  }

  /** The facts of a GIF that the room has. Rejects with `unavailable`. */
  findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    return this.#store.findGif(room, gif).catch(throwUnavailable)
  }

  /** Rejects with `noSuchGif` or `unavailable`. The parts may throw `unavailable`. */
  async readGif(room: RoomId, gif: GifId): Promise<StoredGif> {
    const stored = await this.#store.readGif(room, gif).catch(throwUnavailable)
    if (stored === undefined) throw new RequestError('noSuchGif', 'there is no such GIF in this room')
    return { bytes: stored.bytes, parts: readParts(stored) }
  }

  /** The room has ended. Its purge deletes the bytes. */
  forgetRoom(room: RoomId): void {
    this.#quota.forgetRoom(room)
    for (const [key, { timer }] of this.#unposted) {
      if (!key.startsWith(`${room}/`)) continue
      clearTimeout(timer)
      this.#unposted.delete(key)
    }
  }

  /** Resolves when no upload to the room is being stored. */
  async untilUploadsEnd(room: RoomId): Promise<void> {
    const saving = [...this.#saving].filter(([key]) => key.startsWith(`${room}/`))
    await Promise.allSettled(saving.map(([, { saved }]) => saved))
  }

  /** Stops all timers. The next start deletes what was never posted. */
  stopExpiry(): void {
    this.#isStopped = true
    for (const { timer } of this.#unposted.values()) clearTimeout(timer)
    this.#unposted.clear()
  }

  async #saveGifOnce(room: RoomId, gif: GifInfo, keep: () => Promise<void>): Promise<void> {
    const key = gifKeyOf(room, gif.id)
    await this.#expiring.get(key)
    const isStored = (await this.findGif(room, gif.id)) !== undefined
    const known = this.#unposted.get(key)
    if (isStored) {
      if (known?.claims === 0) this.#expireGifLater(room, gif.id, known)
      return
    }
    if (known === undefined) this.#quota.takeQuota(room, gif.bytes)
    try {
      await keep()
    } catch (error) {
      // It may have been stored. So it stays counted until it is surely deleted.
      if (error instanceof StoreUnavailableError) this.#noteUnposted(room, gif)
      else this.#quota.countKeptBytes(room, -gif.bytes)
      if (error instanceof RoomGoneError)
        throw new RequestError('noSuchRoom', 'there is no such room: it may have ended')
      throw unavailableIfStoreFailed(error)
    }
    this.#noteUnposted(room, gif)
  }

  #noteUnposted(room: RoomId, { id, bytes }: UnpostedGif): void {
    const key = gifKeyOf(room, id)
    const unposted = this.#unposted.get(key) ?? { bytes, claims: 0, timer: undefined }
    this.#unposted.set(key, unposted)
    if (unposted.claims === 0) this.#expireGifLater(room, id, unposted)
  }

  /** Keeps a GIF while a message with it is being posted. Returns how to end the claim. */
  #claimGif(room: RoomId, gif: GifId): () => void {
    const unposted = this.#unposted.get(gifKeyOf(room, gif))
    if (unposted === undefined) return () => {}
    unposted.claims++
    clearTimeout(unposted.timer)
    return () => {
      unposted.claims--
      const isUnposted = this.#unposted.get(gifKeyOf(room, gif)) === unposted
      if (isUnposted && unposted.claims === 0) this.#expireGifLater(room, gif, unposted)
    }
  }

  #expireGifLater(room: RoomId, gif: GifId, unposted: Unposted): void {
    clearTimeout(unposted.timer)
    unposted.timer = setTimeout(() => this.#expireGif(room, gif, unposted), this.#settings.unpostedGifMs)
  }

  #expireGif(room: RoomId, gif: GifId, unposted: Unposted): void {
    const key = gifKeyOf(room, gif)
    this.#unposted.delete(key)
    const expiring = this.#store
      .deleteGif(room, gif)
      .then(
        () => this.#quota.countKeptBytes(room, -unposted.bytes),
        (error: unknown) => {
          this.#log.warn({ room, error: String(error) }, 'an unposted GIF stays for now: trying again later')
          // Without a room, its purge deletes the GIF.
          if (!this.#quota.hasGifs(room) || this.#isStopped) return
          this.#unposted.set(key, unposted)
          this.#expireGifLater(room, gif, unposted)
        },
      )
      .finally(() => this.#expiring.delete(key))
    this.#expiring.set(key, expiring)
  }
}

async function* readParts({ parts }: StoredGif): AsyncIterable<Uint8Array> {
  try {
    yield* parts
  } catch (error) {
    throw unavailableIfStoreFailed(error)
  }
}
