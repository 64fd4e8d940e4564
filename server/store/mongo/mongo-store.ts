import { trusted } from 'mongoose'
import type { ChatMessage, GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type BatchOutcome,
  type ChatStore,
  type FoundRoom,
  type LoadedRoom,
  type MessageRange,
  SeqTakenError,
  type StoredGif,
  type StoredRoom,
  StoreUnavailableError,
} from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import type { NodeId } from '../../chat/room-owners.ts'
import { insertMongoMessages } from './append-chats.ts'
import { callMongo, callMongoPatiently, callMongoTwice, LONGEST_PATIENT_CALL_MS } from './call-mongo.ts'
import { closeMongoLink, type MongoLink } from './connect.ts'
import { MongoGifs } from './gif-files.ts'
import { MongoRoomLoader } from './load-room.ts'
import { loadMongoSecret } from './load-secret.ts'
import type { Models } from './models.ts'
import { MongoNodes } from './mongo-nodes.ts'
import { loneMongoClaim, MongoOwnership, nodeMongoClaim } from './mongo-ownership.ts'
import { MongoWatchdog } from './mongo-watchdog.ts'
import { deleteMongoOrphans, MongoOrphanSweeper } from './orphan-sweeper.ts'
import { purgeMongoRooms } from './purge-rooms.ts'
import { isCatchUp, readMongoMessages, readNewMongoMessages, SharedReads } from './read-chats.ts'
import { RoomMessageBytes } from './room-message-bytes.ts'

/** How long after a failed write the database is searched for what it may have left. */
const SWEEP_AFTER_MS = 60_000

export interface MongoStoreOptions {
  readonly uri: string
  readonly databaseName?: string | undefined
  readonly log: CoreLog
  readonly signal?: AbortSignal | undefined
  /** Another server has taken the database, because this one stood still for long. */
  readonly onTakenOver?: (() => void) | undefined
  readonly sweepAfterMs?: number
  readonly answerWithinMs?: number
  readonly longAnswerWithinMs?: number
}

/** Who uses the database: a server alone, or one of several. */
export type MongoUser = { readonly holder: string } | { readonly node: NodeId }

/**
 * `ChatStore` on MongoDB. A standalone server suffices: each step that must be atomic changes one
 * document only.
 */
export class MongoStore implements ChatStore {
  readonly kind = 'mongodb'
  /** Undefined when the server is alone. */
  readonly nodes: MongoNodes | undefined
  #link: MongoLink
  readonly #gifs: MongoGifs
  #roomBytes: RoomMessageBytes
  #newMessages: SharedReads
  #loader: MongoRoomLoader
  readonly #ownership: MongoOwnership
  readonly #watchdog: MongoWatchdog
  readonly #sweeper: MongoOrphanSweeper
  readonly #sweeping: NodeJS.Timeout | undefined
  /** Rooms that may have been stored though their creation failed. */
  readonly #doubtful = new Set<RoomId>()
  /** Links that were replaced. A purge goes on for a while on the patient connection of one. */
  readonly #replaced = new Set<MongoLink>()
  #isClosed = false

  constructor(
    link: MongoLink,
    user: MongoUser,
    options: MongoStoreOptions & { readonly reopen: () => Promise<MongoLink> },
  ) {
    const { log, sweepAfterMs: delayMs = SWEEP_AFTER_MS, onTakenOver = () => {} } = options
    this.#link = link
    this.#gifs = new MongoGifs(link, 'node' in user)
    this.#roomBytes = new RoomMessageBytes(link.models.Chat)
    this.#newMessages = new SharedReads(link.models.Chat, 'oldest')
    this.#loader = new MongoRoomLoader(link, this.#gifs)
    this.#sweeper = new MongoOrphanSweeper({ sweep: () => this.#deleteLeftovers(), delayMs, log })
    const reopen = async () => this.#useLink(await options.reopen())
    const watchdog = new MongoWatchdog({ log, reopen })
    this.#watchdog = watchdog
    const models = () => this.#models
    const claim = 'node' in user ? nodeMongoClaim(user.node, models) : loneMongoClaim(user.holder, models)
    this.#ownership = new MongoOwnership(claim, { watchdog, onTakenOver })
    if ('node' in user) {
      const roomBytes = () => this.#roomBytes
      this.nodes = new MongoNodes(user.node, { models, ownership: () => this.#ownership, roomBytes })
      // Others may wake up at any time, and nothing fails here then.
      this.#sweeping = setInterval(() => this.#sweeper.sweepLater(), delayMs + 1_000).unref()
    }
    // A server that was here before may wake up and write once more.
    this.#sweeper.sweepLater()
  }

  get #models(): Models {
    return this.#link.models
  }

  #useLink(link: MongoLink): void {
    if (this.#isClosed) {
      void closeMongoLink(link)
      return
    }
    const old = this.#link
    void old.connection.close() // it may hang, and nobody waits for its end
    this.#replaced.add(old)
    const closeRest = () => this.#replaced.delete(old) && void closeMongoLink(old)
    setTimeout(closeRest, LONGEST_PATIENT_CALL_MS).unref()
    this.#link = link
    this.#gifs.takeLink(link)
    this.#roomBytes = new RoomMessageBytes(link.models.Chat)
    this.#newMessages = new SharedReads(link.models.Chat, 'oldest')
    this.#loader = new MongoRoomLoader(link, this.#gifs)
  }

  createRoom({ id, passwordHash, createdAt, ...room }: StoredRoom): Promise<void> {
    const creation = async (): Promise<void> => {
      const fields = { ...room, password: passwordHash, createdAt: new Date(createdAt) }
      await this.#models.Room.create({ _id: id, ...fields, ...(this.nodes && { node: this.nodes.node }) })
    }
    // It is not made again: it could meet itself.
    return this.#write(() => callMongo(creation)).catch(error => {
      if (error instanceof StoreUnavailableError) this.#doubtful.add(id)
      throw error
    })
  }

  findRooms(): Promise<readonly FoundRoom[]> {
    return callMongo(async () => {
      const rooms = await this.#models.Room.find().sort({ createdAt: 1 }).lean()
      const gifBytes = await this.#gifs.gifBytesByRoom()
      return rooms.map(({ _id: id, title, max, owner, password: passwordHash, createdAt }) => {
        const room = { id, title, max, owner, passwordHash, createdAt: createdAt.getTime() }
        return { ...room, gifBytes: gifBytes.get(id) ?? 0 }
      })
    })
  }

  /** Nothing has to be done before rooms are used. */
  recover(): Promise<void> {
    return this.ping()
  }

  sweepLeftovers(): Promise<void> {
    return this.#write(async () => void (await this.#deleteLeftovers()))
  }

  loadRoom(room: RoomId, limit: number, unposted: readonly GifId[] = []): Promise<LoadedRoom> {
    return this.#write(async () => {
      const { newest, ...loaded } = await this.#loader.loadRoom(room, limit, unposted)
      if (newest !== undefined) this.#roomBytes.keepEnd(room, newest)
      return loaded
    })
  }

  async appendMessages(batches: readonly AppendBatch[]): Promise<readonly BatchOutcome[]> {
    const append = async () => {
      const bytesBefore = await this.#roomBytes.bytesBefore(batches)
      return insertMongoMessages(this.#models.Chat, batches, bytesBefore)
    }
    // A second try finds again what the first has stored.
    const { outcomes, ends } = await this.#write(() => callMongoTwice(append))
    for (const [room, end] of ends) this.#roomBytes.keepEnd(room, end)
    if (outcomes.some(outcome => outcome instanceof SeqTakenError)) this.#ownership.doubtOwnership()
    if (!this.#ownership.isSure) await this.#forgetIfPurged(batches.map(({ room }) => room))
    return outcomes
  }

  /**
   * While these messages were being stored, another server may have taken over and purged their
   * rooms. What belongs to no room goes again.
   */
  async #forgetIfPurged(rooms: readonly RoomId[]): Promise<void> {
    const these = { _id: trusted({ $in: rooms }) }
    const living = new Set<RoomId>(await callMongo(() => this.#models.Room.distinct('_id', these)))
    const ofGone = { room: trusted({ $in: rooms.filter(room => !living.has(room)) }) }
    await callMongo(() => this.#models.Chat.deleteMany(ofGone))
  }

  readMessages(room: RoomId, range: MessageRange): Promise<readonly ChatMessage[]> {
    if (isCatchUp(range))
      return this.#watch(() => readNewMongoMessages(this.#newMessages, this.#roomBytes, room, range))
    return this.#read(() => readMongoMessages(this.#models.Chat, room, range))
  }

  trimRoom(room: RoomId, mostBytes: number): Promise<number> {
    return this.#write(() => callMongoPatiently(() => this.#trim(room, mostBytes)))
  }

  async #trim(room: RoomId, mostBytes: number): Promise<number> {
    const kept = await this.#roomBytes.endsWithin(room, mostBytes)
    if (kept === undefined) return 0
    const forgotten = { room, seq: trusted({ $lt: kept.oldest.seq }) }
    await this.#gifs.markPosted(room, await this.#models.Chat.distinct('gif.id', forgotten))
    await this.#models.Chat.deleteMany(forgotten)
    // More may have been said meanwhile.
    const total = Math.max(this.#roomBytes.knownBytes(room), kept.newest.bytesAfter)
    return total - kept.oldest.bytesBefore
  }

  saveGif(room: RoomId, gif: GifInfo, bytes: Uint8Array): Promise<void> {
    return this.#write(() => this.#gifs.saveGif(room, gif, bytes))
  }

  findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    return this.#read(() => this.#gifs.findGif(room, gif))
  }

  readGif(room: RoomId, gif: GifId): Promise<StoredGif | undefined> {
    return this.#watch(() => this.#gifs.readGif(room, gif))
  }

  deleteGif(room: RoomId, gif: GifId): Promise<void> {
    return this.#write(() => callMongoTwice(() => this.#gifs.deleteGif(room, gif)))
  }

  purgeRooms(rooms: readonly RoomId[]): Promise<void> {
    return this.#write(() => this.#purge(rooms))
  }

  loadSecret(candidate: string): Promise<string> {
    return loadMongoSecret(this.#models.Setting, candidate)
  }

  /** Who owns the database can write to it. */
  async ping(): Promise<void> {
    await this.#ownership.ensureOwned()
    try {
      const { db } = this.#link.connection
      if (db === undefined) throw new StoreUnavailableError('there is no connection to MongoDB')
      await callMongo(() => db.command({ ping: 1 }))
    } catch (error) {
      this.#ownership.doubtOwnership()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#sweeper.stopSweeping()
    clearInterval(this.#sweeping)
    this.nodes?.stopWatching()
    await this.#ownership.release()
    await Promise.all([this.#link, ...this.#replaced].map(closeMongoLink))
  }

  #read<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#watch(() => callMongoTwice(work))
  }

  async #watch<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      this.#watchdog.noteError(error)
      throw error
    }
  }

  /** A write that fails may be carried out later, when nobody looks after it any more. */
  async #write<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      await this.#ownership.ensureOwned()
      return await work()
    } catch (error) {
      this.#watchdog.noteError(error)
      if (error instanceof StoreUnavailableError) {
        this.#ownership.doubtOwnership()
        this.#sweeper.sweepLater()
      }
      throw error
    }
  }

  /** Resolves with how much that was. */
  async #deleteLeftovers(): Promise<number> {
    await this.#ownership.ensureOwned()
    const doubtful = [...this.#doubtful]
    await this.#purge(doubtful)
    for (const room of doubtful) this.#doubtful.delete(room)
    // What only this server knows of, it looks after itself. One looks after the rest for all.
    const isForAll = this.nodes?.isFirst ?? true
    if (!isForAll) return doubtful.length
    return doubtful.length + (await deleteMongoOrphans(this.#link.patient.models, this.#gifs))
  }

  async #purge(rooms: readonly RoomId[]): Promise<void> {
    await purgeMongoRooms(this.#link.patient.models, { gifs: this.#gifs, nodes: this.nodes }, rooms)
    this.#roomBytes.forgetRooms(rooms)
  }
}
