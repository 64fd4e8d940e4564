import type { GifInfo, RoomId, RoomSummary, User } from '../../protocol/model.ts'
import type { Room } from '../chat/room.ts'
import {
  type NewRoomOptions,
  noSuchRoom,
  type RoomAccess,
  type RoomDirectory,
  RoomMovedError,
} from '../chat/room-access.ts'
import type { NodeId, RoomOwners, RoomPlace } from '../chat/room-owners.ts'
import type { RoomRegistry } from '../chat/room-registry.ts'
import { unavailableIfStoreFailed } from '../chat/unavailable.ts'
import type { FleetMetrics } from '../metrics/server-metrics.ts'
import { FewAtOnce } from '../turns/few-at-once.ts'
import type { WireItemOf } from './envelope.ts'
import { type NodeLink, ownerUnreachable } from './node-link.ts'
import type { GifBytesStore } from './remote-gifs.ts'
import { RemoteRoom, type RemoteRoomHome } from './remote-room.ts'

/** When a node dies, thousands of rooms may be looked for. The store has few connections. */
const PLACED_AT_ONCE = 8

/**
 * Finds rooms on all nodes. A room of this node is the room itself, and one of another node is a
 * `RemoteRoom`. A room whose owner is dead becomes this node's as soon as it is asked for.
 */
export class FleetDirectory implements RoomDirectory, RemoteRoomHome {
  readonly store: GifBytesStore
  readonly #registry: RoomRegistry
  readonly #owners: RoomOwners
  readonly #linkTo: (node: NodeId) => NodeLink
  readonly #metrics: FleetMetrics
  readonly #remote = new Map<RoomId, RemoteRoom>()
  #lastMember = 0
  readonly #places = new FewAtOnce(PLACED_AT_ONCE)
  /** Rooms whose owner is being looked for. */
  readonly #finding = new Map<RoomId, Promise<NodeId | undefined>>()
  /** Rooms on their way from this node to another one. */
  readonly #leaving = new Map<RoomId, Promise<void>>()

  constructor(dependencies: {
    registry: RoomRegistry
    owners: RoomOwners
    store: GifBytesStore
    linkTo: (node: NodeId) => NodeLink
    metrics: FleetMetrics
  }) {
    this.#registry = dependencies.registry
    this.#owners = dependencies.owners
    this.store = dependencies.store
    this.#linkTo = dependencies.linkTo
    this.#metrics = dependencies.metrics
  }

  /** How many rooms of other nodes people of this one are in. */
  get remoteRooms(): number {
    return this.#remote.size
  }

  findRoom(id: RoomId): RoomAccess | Promise<RoomAccess> {
    const own = this.#registry.ownRooms.get(id)
    if (own !== undefined) return this.#surely(own)
    return this.#remote.get(id) ?? this.#findElsewhere(id)
  }

  async createRoom(owner: User, address: string, options: NewRoomOptions): Promise<RoomSummary> {
    return this.#registry.createRoom(owner, address, options)
  }

  ownRoom(id: RoomId): Room {
    const room = this.#registry.ownRooms.get(id)
    if (room === undefined) throw new RoomMovedError()
    return this.#surely(room)
  }

  async saveGifWith(room: RoomId, gif: GifInfo, keep: () => Promise<void>): Promise<void> {
    await this.ownRoom(room).history.ensureCaughtUp()
    return this.#registry.gifs.saveGifWith(room, gif, keep)
  }

  async findOwner(room: RoomId): Promise<NodeLink | undefined> {
    await this.untilSettled(room)
    const owner = await this.#ownerOf(room)
    return owner === undefined ? undefined : this.#linkTo(owner)
  }

  nextMemberNumber(): number {
    return ++this.#lastMember
  }

  keepRemoteRoom(room: RemoteRoom): boolean {
    const known = this.#remote.get(room.id)
    if (known === undefined) this.#remote.set(room.id, room)
    return known === undefined || known === room
  }

  forgetRemoteRoom(room: RemoteRoom): void {
    if (this.#remote.get(room.id) === room) this.#remote.delete(room.id)
  }

  deliverFrames(link: NodeLink, { room, lastSeq }: WireItemOf<'frames'>, frames: Buffer): void {
    this.#remote.get(room)?.deliverFrames(link, lastSeq, frames)
  }

  /** The room that was with the peer of `link` is with another node: `next`, if that is known. */
  roomMoved(link: NodeLink, id: RoomId, next: NodeLink | undefined): void {
    const room = this.#remote.get(id)
    const isLookedFor = room?.owner === undefined && next !== undefined
    if (room?.owner === link.peer || isLookedFor) room?.moveOn(next)
  }

  /**
   * Gives away a room of this node whose history is idle. Its members here stay in it, and are told
   * nothing: what they ask waits until it is `settled` who is next.
   */
  giveAway(room: Room, settled: Promise<void>): RemoteRoom {
    const { id } = room
    this.#leaving.set(
      id,
      settled.finally(() => this.#leaving.delete(id)),
    )
    const remote = this.#remote.get(id) ?? new RemoteRoom(id, undefined, this)
    this.#remote.set(id, remote)
    remote.takeMembers(room)
    this.#registry.moveRoom(room, remote)
    return remote
  }

  async untilSettled(room: RoomId): Promise<void> {
    await this.#leaving.get(room)
  }

  /** The rooms of this node must be found anew: it is dead, or something from it was lost. */
  detachFrom(node: NodeId): void {
    for (const room of [...this.#remote.values()]) if (room.owner === node) room.detach()
  }

  /** A node that may be taken for dead can't say who sits where. */
  #surely(room: Room): Room {
    if (!this.#owners.isAlive) throw ownerUnreachable()
    return room
  }

  async #findElsewhere(id: RoomId): Promise<RoomAccess> {
    await this.untilSettled(id)
    const owner = await this.#ownerOf(id)
    if (owner === undefined) throw noSuchRoom()
    if (owner === this.#owners.node) return this.#registry.findRoom(id)
    // Somebody else may have found it meanwhile.
    const room = this.#remote.get(id) ?? new RemoteRoom(id, this.#linkTo(owner), this)
    this.#remote.set(id, room)
    return room
  }

  /** Undefined when there is no such room. */
  #ownerOf(id: RoomId): Promise<NodeId | undefined> {
    const finding =
      this.#finding.get(id) ??
      this.#places
        .takePlace(() => this.#owners.placeRoom(id))
        .then(place => this.#settle(place))
        .catch(error => {
          throw unavailableIfStoreFailed(error)
        })
        .finally(() => this.#finding.delete(id))
    this.#finding.set(id, finding)
    return finding
  }

  #settle(place: RoomPlace): NodeId | undefined {
    if (place.kind === 'gone') return undefined
    if (place.kind === 'owned') return place.owner
    this.#registry.adoptRooms([place.room])
    this.#metrics.takeovers.inc({ how: 'death' })
    return this.#owners.node
  }
}
