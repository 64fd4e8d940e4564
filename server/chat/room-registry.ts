import { customAlphabet } from 'nanoid'
import { RequestError } from '../../protocol/error-codes.ts'
import type { GifId, GifInfo, RoomId, User, UserId } from '../../protocol/model.ts'
import { type ChatStore, RoomGoneError } from './chat-store.ts'
import type { CoreLog } from './core-log.ts'
import { GroupCommit } from './group-commit.ts'
import type { Lobby } from './lobby.ts'
import { hashPassword } from './password.ts'
import { Purger } from './purger.ts'
import { Room } from './room.ts'
import { unavailableIfStoreFailed } from './unavailable.ts'

/** How long things live, in milliseconds; PROTOCOL.md §4 has the defaults. */
export interface LifetimeSettings {
  readonly emptyRoomGraceMs: number
  readonly unenteredRoomMs: number
  readonly startupGraceMs: number
  readonly seatHoldMs: number
  readonly unpostedGifMs: number
}

export interface NewRoomOptions {
  readonly title: string
  readonly max: number
  readonly password?: string | undefined
}

/** No 0 O 1 I L: an id can be read aloud. 31^8 ids. */
const newRoomId = customAlphabet('23456789abcdefghjkmnpqrstuvwxyz', 8)

/** All living rooms: opens them, finds them, and lets them go when nobody is left (PROTOCOL.md §4). */
export class RoomRegistry {
  readonly #store: ChatStore
  readonly #lobby: Lobby
  readonly #commits: GroupCommit
  readonly #purger: Purger
  readonly #settings: LifetimeSettings & { readonly roomsPerUser: number; readonly now: () => number }
  readonly #log: CoreLog
  readonly #rooms = new Map<RoomId, Room>()
  readonly #endings = new Map<RoomId, NodeJS.Timeout>()
  readonly #unposted = new Map<string, NodeJS.Timeout>()
  readonly #expiringGifs = new Set<string>()
  readonly #openedBy = new Map<UserId, number>()

  constructor(dependencies: {
    store: ChatStore
    lobby: Lobby
    log: CoreLog
    settings: LifetimeSettings & { readonly roomsPerUser: number; readonly now: () => number }
  }) {
    this.#store = dependencies.store
    this.#lobby = dependencies.lobby
    this.#log = dependencies.log
    this.#settings = dependencies.settings
    this.#commits = new GroupCommit(dependencies.store)
    this.#purger = new Purger(dependencies.store, dependencies.log)
  }

  /** Finds the rooms of an earlier run, gives their people time to come back, and finishes what was left half done. */
  async start(): Promise<void> {
    await this.#store.recover()
    const found = await this.#store.findRooms()
    for (const stored of found) this.#open(stored, this.#settings.startupGraceMs)
    if (found.length > 0) this.#log.info({ rooms: found.length }, 'found rooms of an earlier run')
  }

  /** Opens a room; its creator still has to join it. Rejects with `tooManyRooms` or `unavailable`. */
  async create(owner: User, options: NewRoomOptions): Promise<Room> {
    const opened = this.#openedBy.get(owner.id) ?? 0
    if (opened >= this.#settings.roomsPerUser) {
      throw new RequestError('tooManyRooms', 'you have as many open rooms as one may have: leave one first')
    }
    this.#openedBy.set(owner.id, opened + 1)
    try {
      const { title, max, password } = options
      const passwordHash = password === undefined ? null : await hashPassword(password)
      const stored = { id: newRoomId(), title, max, owner, passwordHash, createdAt: this.#settings.now() }
      await this.#store.createRoom(stored)
      this.#countOpened(owner.id, -1)
      return this.#open(stored, this.#settings.unenteredRoomMs)
    } catch (error) {
      this.#countOpened(owner.id, -1)
      throw unavailableIfStoreFailed(error)
    }
  }

  /** The living room of this id; throws `noSuchRoom`. */
  get(id: RoomId): Room {
    const room = this.#rooms.get(id)
    if (room === undefined) throw noSuchRoom()
    return room
  }

  /** Keeps an uploaded GIF with a room; it goes again unless it is posted in time (PROTOCOL.md G2). */
  async saveGif(room: Room, gif: GifInfo, bytes: Uint8Array): Promise<void> {
    const key = `${room.id}/${gif.id}`
    try {
      if ((await this.#store.findGif(room.id, gif.id)) !== undefined) {
        this.#unposted.get(key)?.refresh()
        return
      }
      await this.#store.saveGif(room.id, gif, bytes)
    } catch (error) {
      if (error instanceof RoomGoneError) throw noSuchRoom()
      throw unavailableIfStoreFailed(error)
    }
    this.unclaimGif(room, gif.id)
  }

  /** The GIF is stored and not posted: it goes in a while, unless it is claimed. */
  unclaimGif(room: Room, gif: GifId): void {
    const key = `${room.id}/${gif}`
    clearTimeout(this.#unposted.get(key))
    this.#unposted.set(
      key,
      setTimeout(() => this.#expireGif(room, gif), this.#settings.unpostedGifMs),
    )
  }

  /** The facts of an uploaded GIF that is about to be posted, which from now on lives as long as its room. */
  async claimGif(room: Room, gif: string): Promise<GifInfo> {
    const key = `${room.id}/${gif}`
    clearTimeout(this.#unposted.get(key))
    this.#unposted.delete(key)
    const info = this.#expiringGifs.has(key) ? undefined : await room.findGif(gif)
    if (info === undefined)
      throw new RequestError('noSuchGif', 'there is no such GIF in this room: upload it first')
    return info
  }

  async readGif(room: Room, gif: string): Promise<Uint8Array> {
    const bytes = await this.#store.readGif(room.id, gif).catch(error => {
      throw unavailableIfStoreFailed(error)
    })
    if (bytes === undefined) throw new RequestError('noSuchGif', 'there is no such GIF in this room')
    return bytes
  }

  /** Takes no more posts and resolves when all that was posted is stored or refused. */
  async finish(): Promise<void> {
    for (const room of this.#rooms.values()) room.stopPosts()
    await Promise.all(Array.from(this.#rooms.values(), room => room.caughtUp()))
    await this.#commits.drain()
    await this.#purger.close()
  }

  /** Stops everything; rooms stay stored for the next start. */
  close(): void {
    for (const timer of [...this.#endings.values(), ...this.#unposted.values()]) clearTimeout(timer)
    for (const room of this.#rooms.values()) room.end()
    this.#rooms.clear()
  }

  peopleChanged(room: Room): void {
    this.#lobby.change(room)
    if (room.people === 0) {
      this.#endIn(room, this.#settings.emptyRoomGraceMs)
    } else {
      clearTimeout(this.#endings.get(room.id))
      this.#endings.delete(room.id)
    }
  }

  /** A room does not end while its people stand at the door: each such try gives them a whole start-up grace again. */
  joinHeldUp(room: Room): void {
    if (room.people === 0 && this.#rooms.has(room.id)) this.#endIn(room, this.#settings.startupGraceMs)
  }

  #open(stored: ConstructorParameters<typeof Room>[0], unenteredMs: number): Room {
    const room = new Room(stored, {
      store: this.#store,
      commits: this.#commits,
      watcher: this,
      settings: this.#settings,
    })
    this.#rooms.set(room.id, room)
    this.#countOpened(room.owner.id, 1)
    this.#lobby.add(room)
    this.#endIn(room, unenteredMs)
    return room
  }

  #expireGif(room: Room, gif: string): void {
    const key = `${room.id}/${gif}`
    this.#unposted.delete(key)
    this.#expiringGifs.add(key)
    this.#store
      .deleteGif(room.id, gif)
      .catch(error => {
        this.#log.warn({ room: room.id, error: String(error) }, 'an unposted GIF stays until its room ends')
      })
      .finally(() => this.#expiringGifs.delete(key))
  }

  #endIn(room: Room, delayMs: number): void {
    clearTimeout(this.#endings.get(room.id))
    this.#endings.set(
      room.id,
      setTimeout(() => this.#end(room), delayMs),
    )
  }

  #end(room: Room): void {
    this.#endings.delete(room.id)
    const isStored = room.end()
    this.#rooms.delete(room.id)
    this.#countOpened(room.owner.id, -1)
    this.#lobby.remove(room)
    isStored.then(() => this.#purger.purge(room.id))
    for (const [key, timer] of this.#unposted) {
      if (!key.startsWith(`${room.id}/`)) continue
      clearTimeout(timer)
      this.#unposted.delete(key)
    }
  }

  #countOpened(user: UserId, change: number): void {
    const count = (this.#openedBy.get(user) ?? 0) + change
    if (count > 0) this.#openedBy.set(user, count)
    else this.#openedBy.delete(user)
  }
}

const noSuchRoom = (): RequestError =>
  new RequestError('noSuchRoom', 'there is no such room: it may have ended')
