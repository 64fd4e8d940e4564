import { trusted } from 'mongoose'
import type { RoomId, User } from '../../../protocol/model.ts'
import type {
  ListedRoom,
  NodeId,
  NodeWatcher,
  RoomOwners,
  RoomPlace,
  StoredState,
  TakenRoom,
} from '../../chat/room-owners.ts'
import { callMongo } from './call-mongo.ts'
import type { Models, RoomDocument } from './models.ts'
import { LEASE_MS, type MongoOwnership } from './mongo-ownership.ts'
import { MongoTakeovers } from './mongo-takeovers.ts'
import { hasProcessEnded } from './process-place.ts'
import type { RoomMessageBytes } from './room-message-bytes.ts'

/** How often a node looks at the others, in milliseconds. */
const LOOK_MS = 500

/** A node as this one has seen it last. */
interface SeenNode {
  readonly counter: number
  /** For how long its counter has stood still, on this node's clock. */
  readonly stoodStillMs: number
}

/**
 * `RoomOwners` in MongoDB. Each node has a document in `nodes` with a counter, and each room names
 * its node.
 *
 * - **A node is dead** when its document is gone. Others delete it when its counter has stood still
 *   for the lease while the database answered, or when its process has ended on this machine. No
 *   clocks are compared. The id of a node is never used again, so a dead node stays dead.
 * - **A room is taken** by one insert: see `MongoTakeovers`.
 * - **A node that was frozen** writes nothing more once it could not raise its counter for less
 *   than the lease (`MongoOwnership`). What it had sent before is stored under a `seq` that nobody
 *   else can use then, or it is refused.
 */
export class MongoNodes implements RoomOwners {
  readonly node: NodeId
  readonly #models: () => Models
  readonly #ownership: () => MongoOwnership
  readonly #roomBytes: () => RoomMessageBytes
  readonly #seen = new Map<NodeId, SeenNode>()
  readonly #takeovers: MongoTakeovers
  /** Rooms that this node may have taken, and of which nobody was told yet. */
  readonly #unsettled = new Set<RoomId>()
  /** In which epochs this node took its rooms. Those that were opened here are not among them. */
  readonly #epochs = new Map<RoomId, number>()
  #watcher: NodeWatcher | undefined
  #lookedAt = performance.now()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(
    node: NodeId,
    dependencies: {
      models: () => Models
      ownership: () => MongoOwnership
      roomBytes: () => RoomMessageBytes
    },
  ) {
    this.node = node
    this.#models = dependencies.models
    this.#takeovers = new MongoTakeovers(node, dependencies.models)
    this.#ownership = dependencies.ownership
    this.#roomBytes = dependencies.roomBytes
  }

  get others(): ReadonlySet<NodeId> {
    return new Set(this.#seen.keys())
  }

  get isAlive(): boolean {
    return this.#ownership().isSure
  }

  /** Whether this node is the one that does what one node has to do for all. */
  get isFirst(): boolean {
    return [...this.#seen.keys()].every(other => this.node < other)
  }

  /** Gets to know the other nodes, if the database answers, and looks after them from then on. */
  async startWatching(): Promise<void> {
    await this.#look().catch(() => {})
    this.#lookLater()
  }

  stopWatching(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  watchNodes(watcher: NodeWatcher): void {
    this.#watcher = watcher
    for (const node of this.#seen.keys()) watcher.nodeCame(node)
  }

  async placeRoom(id: RoomId): Promise<RoomPlace> {
    const room = await callMongo(() => this.#models().Room.findById(id).lean())
    return room === null ? { kind: 'gone' } : this.#placeFound(room)
  }

  async takeFrom(owner: NodeId, id: RoomId, state?: StoredState): Promise<RoomPlace> {
    if (state !== undefined) return this.#takeNext(id, state)
    const room = await callMongo(() => this.#models().Room.findById(id).lean())
    return room === null ? { kind: 'gone' } : this.#placeFound(room, room.node === owner)
  }

  giveAway(room: RoomId): StoredState {
    const epoch = this.#epochs.get(room) ?? 0
    this.#epochs.delete(room)
    return { epoch, end: this.#roomBytes().knownEnd(room) }
  }

  async #takeNext(id: RoomId, { epoch, end }: StoredState): Promise<RoomPlace> {
    const place = await this.#placeFound({ _id: id, epoch }, true)
    // Whoever had it in between may have stored more.
    const isNext = place.kind === 'taken' && place.epoch === epoch + 1
    if (isNext && end !== undefined) this.#roomBytes().keepEnd(id, end)
    return place
  }

  async *takeFreeRooms(): AsyncIterable<TakenRoom> {
    const { Room, Node } = this.#models()
    // A node that is named by a room and is not there afterwards is dead. Read the other way round,
    // a node that has just come could be taken for one.
    const rooms = await callMongo(() => Room.find().sort({ createdAt: 1 }).lean())
    const living = new Set<NodeId>(await callMongo(() => Node.distinct('_id')))
    const free = rooms.filter(({ node }) => !living.has(node ?? ''))
    for (const room of free) {
      const place = await this.#placeFound(room)
      if (place.kind === 'taken') yield place.room
    }
  }

  async listOthersRooms(): Promise<readonly ListedRoom[]> {
    const { Room } = this.#models()
    const rooms = await callMongo(() => Room.find().sort({ createdAt: 1 }).lean())
    return rooms.flatMap(({ node, _id: id, title, max, owner, password, createdAt, seated = [] }) => {
      if (node === this.node) return []
      const hasPassword = password !== null
      const summary = {
        id,
        title,
        people: seated.length,
        max,
        hasPassword,
        owner,
        createdAt: createdAt.getTime(),
      }
      return [{ owner: node ?? '', summary }]
    })
  }

  async keepSeats(seats: ReadonlyMap<RoomId, readonly User[]>): Promise<void> {
    await this.#ownership().ensureOwned()
    const writes = Array.from(seats, ([_id, users]) => {
      const seated = users.map(({ id, color }) => ({ id, color }))
      return { updateOne: { filter: { _id, node: this.node }, update: { $set: { seated } } } }
    })
    await callMongo(() => this.#models().Room.bulkWrite(writes, { ordered: false }))
  }

  /**
   * Deletes the documents of those of the rooms that this node owns, in one step each. Resolves
   * with all that have none. A node that was frozen must not end the rooms of others.
   */
  async endRooms(rooms: readonly RoomId[]): Promise<readonly RoomId[]> {
    const { Room, Takeover } = this.#models()
    const these = { _id: trusted({ $in: rooms }) }
    await callMongo(() => Room.deleteMany({ ...these, node: this.node }))
    const others = new Set<RoomId>(await callMongo(() => Room.distinct('_id', these)))
    const ended = rooms.filter(room => !others.has(room))
    for (const room of ended) this.#epochs.delete(room)
    await callMongo(() => Takeover.deleteMany({ room: trusted({ $in: ended }) }))
    return ended
  }

  async freeRooms(): Promise<void> {
    await this.#ownership().ensureOwned()
    await callMongo(() => this.#models().Room.updateMany({ node: this.node }, { $set: { node: null } }))
  }

  /** With `isGivenAway`, the owner that the document names does not want the room any more. */
  async #placeFound(
    room: Pick<RoomDocument, '_id' | 'node' | 'epoch'>,
    isGivenAway = false,
  ): Promise<RoomPlace> {
    const { _id: id } = room
    let owner = isGivenAway ? undefined : (room.node ?? undefined)
    let epoch = room.epoch ?? 0
    for (;;) {
      if (owner === this.node && !this.#unsettled.has(id)) return { kind: 'owned', owner }
      if (owner === this.node) return this.#settleRoom(id, epoch)
      if (owner !== undefined && (await this.#isLiving(owner))) return { kind: 'owned', owner }
      epoch++
      await this.#ownership().ensureOwned()
      this.#unsettled.add(id)
      owner = await this.#takeovers.claimEpoch(id, epoch)
      if (owner !== this.node) this.#unsettled.delete(id)
      if (owner !== this.node && owner !== undefined) this.#watcher?.claimLost?.()
      if (owner === undefined) return { kind: 'gone' }
    }
  }

  /** The room is this node's. Until it was returned once, nobody uses it. */
  async #settleRoom(id: RoomId, epoch: number): Promise<RoomPlace> {
    const room = await this.#takeovers.settleEpoch(id, epoch)
    this.#unsettled.delete(id)
    if (room === undefined) return { kind: 'gone' }
    if (room.node !== this.node) return this.#placeFound(room)
    this.#epochs.set(id, epoch)
    return { kind: 'taken', room: this.#takenRoom(room), epoch }
  }

  async #isLiving(node: NodeId): Promise<boolean> {
    if (this.#seen.has(node)) return true
    return (await callMongo(() => this.#models().Node.exists({ _id: node }))) !== null
  }

  #takenRoom(room: RoomDocument): TakenRoom {
    const { _id: id, title, max, owner, password: passwordHash, createdAt, seated = [] } = room
    // What the room has in bytes is counted when it is loaded.
    return { id, title, max, owner, passwordHash, createdAt: createdAt.getTime(), seated, gifBytes: 0 }
  }

  #lookLater(): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(() => {}) // the ownership tells the log that MongoDB is away
        .finally(() => this.#lookLater())
    }, LOOK_MS).unref()
  }

  async #look(): Promise<void> {
    const { Node } = this.#models()
    const found = await callMongo(() => Node.find().lean())
    const now = performance.now()
    // While the database does not answer, nobody can raise a counter.
    const passedMs = Math.min(now - this.#lookedAt, 2 * LOOK_MS)
    this.#lookedAt = now
    const living = new Set<NodeId>()
    for (const { _id: node, counter, place } of found) {
      if (node === this.node) continue
      const seen = this.#seen.get(node)
      const stoodStillMs = seen?.counter === counter ? seen.stoodStillMs + passedMs : 0
      const isDead = stoodStillMs >= LEASE_MS || hasProcessEnded(place)
      if (isDead && (await this.#bury(node, counter))) continue
      living.add(node)
      this.#seen.set(node, { counter, stoodStillMs })
      if (seen === undefined) this.#watcher?.nodeCame(node)
    }
    for (const node of [...this.#seen.keys()]) {
      if (living.has(node)) continue
      this.#seen.delete(node)
      this.#watcher?.nodeWent(node)
    }
  }

  /** False when the node has raised its counter after all, or another one was first. */
  async #bury(node: NodeId, counter: number): Promise<boolean> {
    const { deletedCount } = await callMongo(() => this.#models().Node.deleteOne({ _id: node, counter }))
    return deletedCount === 1
  }
}
