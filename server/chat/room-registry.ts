import { customAlphabet } from 'nanoid'
import type { RoomId, RoomSummary, User } from '../../protocol/model.ts'
import type { RoomAttendantSettings } from './attendants/room-attendants.ts'
import {
  type ChatStore,
  type FoundRoom,
  type LoadedRoom,
  type StoredRoom,
  StoreUnavailableError,
} from './chat-store.ts'
import type { CoreLog } from './core-log.ts'
import type { LobbyList } from './lobby.ts'
import { PasswordGuard } from './passwords/password-guard.ts'
import { RoomPasswordCheck, RoomPasswordHasher } from './passwords/room-password.ts'
import { Room } from './room.ts'
import { type NewRoomOptions, noSuchRoom, type RoomAccess, type RoomDirectory } from './room-access.ts'
import { RoomGifs, type RoomGifsSettings } from './room-gifs.ts'
import { RoomGroupCommit } from './room-group-commit.ts'
import { RoomMessageQuota, type RoomMessageQuotaSettings } from './room-message-quota.ts'
import type { SeatsWatcher, TakenRoom } from './room-owners.ts'
import { RoomPurger } from './room-purger.ts'
import { type Opener, RoomQuota, type RoomQuotaSettings } from './room-quota.ts'
import { unavailableIfStoreFailed } from './unavailable.ts'

/** How long rooms and seats stay, in milliseconds, and how much of them (PROTOCOL.md §4, L3). */
export interface RegistrySettings
  extends RoomGifsSettings,
    RoomQuotaSettings,
    RoomMessageQuotaSettings,
    RoomAttendantSettings {
  readonly emptyRoomGraceMs: number
  readonly unenteredRoomMs: number
  readonly startupGraceMs: number
  readonly seatHoldMs: number
  /** Milliseconds since 1970, for the times that are stored and told. */
  readonly now: () => number
}

/** So many rooms of an earlier run are loaded ahead: a store may read several as fast as one. */
const LOADED_AHEAD = 16

/** An id can be read aloud: it has none of 0, O, 1, I and L. There are 31^8 ids. */
const newRoomId = customAlphabet('23456789abcdefghjkmnpqrstuvwxyz', 8)

/**
 * All living rooms (PROTOCOL.md §4). A room goes through these phases:
 *
 * 1. Opened, by `createRoom`, or by `reopenRooms` for one of an earlier run. The lobby lists it. If
 *    nobody joins, it ends after `unenteredRoomMs` or `startupGraceMs`.
 * 2. Entered: the first join stops that timer, and loads a room of an earlier run if it was not
 *    loaded ahead. While anybody holds a seat, the room stays.
 * 3. Empty: the last seat was released. The grace of `emptyRoomGraceMs` begins, and a join leads
 *    back to phase 2.
 * 4. Ended: nobody can join any more, the lobby removes the room, and posts in the queue are
 *    refused.
 * 5. Purged: once no batch and no upload is in flight, the store deletes all that the room had.
 */
export class RoomRegistry implements RoomDirectory {
  readonly gifs: RoomGifs
  readonly messageQuota: RoomMessageQuota
  readonly #store: ChatStore
  readonly #lobby: LobbyList
  readonly #seats: SeatsWatcher | undefined
  readonly #passwords: ConstructorParameters<typeof RoomPasswordCheck>[1]
  readonly #commits: RoomGroupCommit
  readonly #purger: RoomPurger
  readonly #settings: RegistrySettings
  readonly #log: CoreLog
  readonly #rooms = new Map<RoomId, Room>()
  readonly #endings = new Map<RoomId, NodeJS.Timeout>()
  readonly #quota: RoomQuota
  readonly #openers = new Map<RoomId, Opener>()
  /** Until when rooms wait whose people were seated on another server, as `performance` counts. */
  readonly #returnBy = new Map<RoomId, number>()
  #isClosed = false

  constructor(dependencies: {
    store: ChatStore
    lobby: LobbyList
    log: CoreLog
    settings: RegistrySettings
    /** Left out when nobody else can own the rooms. */
    seats?: SeatsWatcher
  }) {
    this.#store = dependencies.store
    this.#lobby = dependencies.lobby
    this.#seats = dependencies.seats
    this.#log = dependencies.log
    this.#settings = dependencies.settings
    this.#passwords = {
      hasher: new RoomPasswordHasher(),
      guard: new PasswordGuard(() => performance.now()),
    }
    this.#quota = new RoomQuota(dependencies.settings)
    this.messageQuota = new RoomMessageQuota(dependencies)
    this.#commits = new RoomGroupCommit(dependencies.store)
    this.#purger = new RoomPurger(dependencies.store, dependencies.log)
    this.gifs = new RoomGifs(dependencies)
  }

  /**
   * Opens the rooms of an earlier run and gives their people time to come back. The store finishes
   * what was left half done.
   */
  async reopenRooms(): Promise<void> {
    await this.#store.recover()
    const found = await this.#store.findRooms()
    this.adoptRooms(found)
    const ahead = found.length <= LOADED_AHEAD ? [...this.#rooms.values()] : []
    // Who comes back needs the store more than the sweep does. What is not loaded, a join loads.
    Promise.allSettled(ahead.map(room => room.history.ensureCaughtUp()))
      .then(() => this.#store.sweepLeftovers())
      .then(
        () => this.#log.info({}, 'swept what an earlier run left of rooms that ended'),
        () => {}, // the store tries again
      )
    if (found.length > 0) this.#log.info({ rooms: found.length }, 'found rooms of an earlier run')
  }

  /**
   * Opens rooms of an earlier run or of another server. Their people have the start-up grace to
   * come back, and those who are `seated` keep their seats for as long as after a disconnect.
   */
  adoptRooms(found: readonly (FoundRoom & Partial<TakenRoom>)[]): void {
    for (const stored of found) {
      // A room that is opened when its server has gone would end under its people elsewhere.
      if (this.#isClosed || this.#rooms.has(stored.id)) continue
      const opener = { user: stored.owner.id }
      this.#quota.countRoom(opener)
      const room = this.#openRoom(stored, opener, { isFound: true })
      this.roomLoaded(room, { messageBytes: 0, ...stored, ...stored.loaded })
      this.gifs.takeUnposted(stored.id, stored.unposted ?? [])
      if (stored.loaded !== undefined) room.history.startWith(stored.loaded.messages)
      room.restoreSeats(stored.seated ?? [])
      if (room.people === 0) continue
      this.#returnBy.set(room.id, performance.now() + this.#settings.startupGraceMs)
      this.peopleChanged(room)
    }
  }

  /** The room goes on at `to`, on another server. */
  moveRoom(room: Room, to: RoomAccess): void {
    room.moveRoom(to)
    this.#forgetRoom(room)
  }

  get ownRooms(): ReadonlyMap<RoomId, Room> {
    return this.#rooms
  }

  /** How many people sit in the rooms. Whoever is in two counts twice. */
  countPeople(): number {
    return [...this.#rooms.values()].reduce((sum, room) => sum + room.people, 0)
  }

  async createRoom(owner: User, address: string, options: NewRoomOptions): Promise<RoomSummary> {
    const opener = { user: owner.id, address }
    this.#quota.takeRoom(opener)
    try {
      const { title, max, password } = options
      const asker = { address, person: owner.id }
      const passwordHash =
        password === undefined ? null : await this.#passwords.hasher.hashPassword(password, asker)
      const stored = { id: newRoomId(), title, max, owner, passwordHash, createdAt: this.#settings.now() }
      await this.#store.createRoom(stored).catch(error => {
        // It may have been stored: its title must not stay.
        if (error instanceof StoreUnavailableError) this.#purger.purgeRoom(stored.id)
        throw error
      })
      return this.#openRoom(stored, opener, { isFound: false, password }).summary()
    } catch (error) {
      this.#quota.giveRoomBack(opener)
      throw unavailableIfStoreFailed(error)
    }
  }

  /** The living room with this id. Throws `noSuchRoom`. */
  findRoom(id: RoomId): Room {
    const room = this.#rooms.get(id)
    if (room === undefined) throw noSuchRoom()
    return room
  }

  /** Takes no more posts, and resolves when every earlier post is stored or refused. */
  async finishPosts(): Promise<void> {
    for (const room of this.#rooms.values()) room.history.stopPosts()
    await this.#untilCatchUpsEnd()
    await this.#commits.drainCommits()
    // A resend may have shown that a room has not delivered everything.
    await this.#untilCatchUpsEnd()
    await this.messageQuota.finishTrims()
    await this.#purger.finishPurges()
  }

  async #untilCatchUpsEnd(): Promise<void> {
    await Promise.all(Array.from(this.#rooms.values(), room => room.history.untilCatchUpEnds()))
  }

  /** Ends all rooms in memory. They stay stored for the next start. */
  closeRooms(): void {
    this.#isClosed = true
    for (const timer of this.#endings.values()) clearTimeout(timer)
    this.gifs.stopExpiry()
    for (const room of this.#rooms.values()) room.endRoom()
    this.#rooms.clear()
  }

  peopleChanged(room: Room): void {
    this.#lobby.updateRoom(room)
    this.#seats?.seatsChanged(room)
    if (room.people === 0) {
      const waitMs = (this.#returnBy.get(room.id) ?? 0) - performance.now()
      this.#endRoomIn(room, Math.max(this.#settings.emptyRoomGraceMs, waitMs))
    } else {
      clearTimeout(this.#endings.get(room.id))
      this.#endings.delete(room.id)
    }
  }

  passwordShown(room: Room, user: User): Promise<void> | undefined {
    return this.#seats?.seatExpected(room, user)
  }

  /**
   * A room does not end while its people fail to join for the store's sake: each such try starts
   * the start-up grace anew.
   */
  joinHeldUp(room: Room): void {
    if (room.people === 0 && this.#rooms.has(room.id)) this.#endRoomIn(room, this.#settings.startupGraceMs)
  }

  roomLoaded(room: Room, { messageBytes, gifBytes }: Omit<LoadedRoom, 'messages'>): void {
    this.gifs.countFoundGifs(room.id, gifBytes)
    this.messageQuota.recountMessages(room.id, messageBytes)
  }

  messagesStored(room: Room, bytes: number): void {
    this.messageQuota.countMessages(room.id, bytes)
  }

  /** `password` is known if the room is new. */
  #openRoom(
    stored: StoredRoom,
    opener: Opener,
    { isFound, password }: { isFound: boolean; password?: string | undefined },
  ): Room {
    const { passwordHash } = stored
    const room = new Room(stored, {
      store: this.#store,
      isFound,
      commits: this.#commits,
      gifs: this.gifs,
      watcher: this,
      settings: this.#settings,
      password:
        passwordHash === null
          ? undefined
          : new RoomPasswordCheck({ id: stored.id, passwordHash }, this.#passwords, password),
    })
    this.#rooms.set(room.id, room)
    this.#openers.set(room.id, opener)
    this.#lobby.addRoom(room)
    this.#endRoomIn(room, isFound ? this.#settings.startupGraceMs : this.#settings.unenteredRoomMs)
    return room
  }

  #endRoomIn(room: Room, delayMs: number): void {
    clearTimeout(this.#endings.get(room.id))
    const end = () => this.#endRoom(room)
    this.#endings.set(room.id, setTimeout(end, delayMs))
  }

  #endRoom(room: Room): void {
    if (this.#seats?.mayRoomsEnd() === false) {
      this.#endRoomIn(room, this.#settings.startupGraceMs)
      return
    }
    const livedMs = this.#settings.now() - room.summary().createdAt
    this.#log.info({ room: room.id, livedMs }, 'room ended')
    room.dismissAttendants()
    const isStored = room.endRoom()
    this.#forgetRoom(room)
    this.#lobby.removeRoom(room)
    const uploadsEnd = this.gifs.untilUploadsEnd(room.id)
    Promise.all([isStored, uploadsEnd]).then(() => this.#purger.purgeRoom(room.id))
  }

  #forgetRoom(room: Room): void {
    clearTimeout(this.#endings.get(room.id))
    this.#endings.delete(room.id)
    this.#seats?.roomEnded(room.id)
    this.#rooms.delete(room.id)
    this.#quota.giveRoomBack(this.#openers.get(room.id) ?? { user: room.owner.id })
    this.#openers.delete(room.id)
    this.#returnBy.delete(room.id)
    this.gifs.forgetRoom(room.id)
    this.messageQuota.forgetRoom(room.id)
  }
}
