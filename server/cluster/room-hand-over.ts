import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomId } from '../../protocol/model.ts'
import type { CoreLog } from '../chat/core-log.ts'
import type { Room } from '../chat/room.ts'
import { RoomMovedError } from '../chat/room-access.ts'
import type { NodeId, RoomOwners, TakenRoom } from '../chat/room-owners.ts'
import type { RoomRegistry } from '../chat/room-registry.ts'
import type { FleetMetrics } from '../metrics/server-metrics.ts'
import { FewAtOnce } from '../turns/few-at-once.ts'
import type { WireItemOf } from './envelope.ts'
import type { FleetDirectory } from './fleet-directory.ts'
import { type NodeLink, ownerUnreachable } from './node-link.ts'
import type { RemoteMembers } from './remote-members.ts'
import { roomStateOf } from './room-state.ts'
import type { SharedLobby } from './shared-lobby.ts'

/** How many rooms are on their way at once. The store has few connections. */
const ON_THEIR_WAY = 2
/** How long a node may take to take a room, in milliseconds. */
const TAKE_MS = 1_000
/** How long a node that goes down hands rooms over. Others take the rest when it has gone. */
const LONGEST_MS = 3_000
/** How long to wait before the store is asked again who owns a room, in milliseconds. */
const LOOK_AGAIN_MS = 250

interface Parts {
  readonly registry: RoomRegistry
  readonly directory: FleetDirectory
  readonly owners: RoomOwners
  readonly lobby: SharedLobby
  readonly members: RemoteMembers
  readonly log: CoreLog
  readonly metrics: FleetMetrics
  readonly linkTo: (node: NodeId) => NodeLink
}

/**
 * How the rooms of a node that goes down get to others, without anybody being refused. A room goes
 * through these phases:
 *
 * 1. Idle: what is being stored is stored, delivered and acked.
 * 2. On its way: the room ends here, in the same synchronous step. From now on requests wait, at
 *    each node where somebody made them.
 * 3. Taken: another node is asked, gets what only the owner knew, and takes the room by its next
 *    epoch (`RoomOwners.takeFrom`). If none does, this node takes it back in the same way. So two
 *    nodes never believe that they own it, whichever dies and whatever is lost.
 * 4. Told: all nodes are told the new owner. They name their members there, and send what waits.
 *
 * When this node dies in between, the others find out as of any dead owner.
 */
export class RoomHandOver {
  readonly #parts: Parts
  readonly #atOnce = new FewAtOnce(ON_THEIR_WAY)
  /** Nodes that took nothing when they were asked. */
  readonly #refusers = new Set<NodeId>()
  /** How many rooms each node has been given. */
  readonly #given = new Map<NodeId, number>()
  #isLeaving = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Hands over all rooms in which people are. Resolves with whether there is another node, to which
   * people can go.
   */
  async handOverRooms(): Promise<boolean> {
    this.#isLeaving = true
    const { registry, owners } = this.#parts
    if (!owners.isAlive) return false
    const endAt = performance.now() + LONGEST_MS
    const rooms = [...registry.ownRooms.values()].filter(({ people }) => people > 0)
    const handOver = async (room: Room) => {
      const isHere = registry.ownRooms.get(room.id) === room
      if (isHere && performance.now() < endAt && this.#takersFor(room.id).length > 0)
        await this.#handOver(room)
    }
    await Promise.all(rooms.map(room => this.#atOnce.takePlace(() => handOver(room))))
    return this.#others().some(link => link.isUp && !this.#refusers.has(link.peer))
  }

  /** Another node gives a room away to this one. Rejects when this node does not get it. */
  async takeRoom(link: NodeLink, { id, room, seated, unposted, state }: WireItemOf<'take'>): Promise<void> {
    if (this.#isLeaving) throw ownerUnreachable()
    const place = await this.#parts.owners.takeFrom(link.peer, room, state)
    if (place.kind !== 'taken') throw new RoomMovedError()
    // Whoever had the room in between may have stored more.
    const loaded = place.epoch - 1 === state?.epoch ? state.loaded : undefined
    this.#parts.registry.adoptRooms([{ ...place.room, seated, unposted, loaded }])
    this.#parts.metrics.takeovers.inc({ how: 'handOver' })
    link.sendItem({ kind: 'taken', id })
  }

  async #handOver(room: Room): Promise<void> {
    const { directory, registry, owners, lobby, members, linkTo, log } = this.#parts
    await room.history.untilIdle()
    // From here to the first `await`, everything is one step.
    if (registry.ownRooms.get(room.id) !== room) return
    const kept = { seated: [...room.seatedUsers], unposted: [...registry.gifs.unpostedIn(room.id)] }
    const told = { ...kept, state: roomStateOf(room, registry, owners.giveAway(room.id)) }
    const takers = this.#takersFor(room.id)
    lobby.giveAway(room)
    const { promise: settled, resolve } = Promise.withResolvers<void>()
    const remote = directory.giveAway(room, settled)
    members.forgetRoom(room.id)
    const owner = await this.#findTaker(room.id, takers, told)
    const next = owner === undefined ? undefined : linkTo(owner)
    for (const link of this.#others()) link.sendItem({ kind: 'moved', room: room.id, to: owner })
    if (owner === undefined) log.warn({ room: room.id }, 'a room was handed over to nobody')
    else if (owner !== owners.node) log.info({ room: room.id, node: owner }, 'handed a room over')
    remote.moveOn(next)
    resolve()
  }

  /** Resolves with who owns the room now. Undefined when the room is gone, or nobody can tell. */
  async #findTaker(
    room: RoomId,
    takers: readonly NodeLink[],
    told: Omit<WireItemOf<'take'>, 'kind' | 'id' | 'room'>,
  ): Promise<NodeId | undefined> {
    for (const link of takers) {
      try {
        await withinMs(
          TAKE_MS,
          link.ask({ kind: 'take', room, ...told }, 'taken', () => {}),
        )
        this.#given.set(link.peer, this.#givenTo(link) + 1)
        return link.peer
      } catch (error) {
        // Otherwise it goes on, and another node has the room.
        if (!(error instanceof RoomMovedError)) this.#refusers.add(link.peer)
      }
    }
    return this.#takeBack(room, told)
  }

  /** It may be that one of those who were asked takes the room after all. */
  async #takeBack(
    room: RoomId,
    { seated, unposted }: Pick<TakenRoom, 'seated' | 'unposted'>,
  ): Promise<NodeId | undefined> {
    const { owners, registry } = this.#parts
    for (let tries = 0; tries < LONGEST_MS / LOOK_AGAIN_MS; tries++) {
      try {
        const place = await owners.takeFrom(owners.node, room)
        if (place.kind === 'gone') return undefined
        if (place.kind === 'owned') return place.owner
        registry.adoptRooms([{ ...place.room, seated, unposted }])
        return owners.node
      } catch {
        await sleep(LOOK_AGAIN_MS)
      }
    }
    return undefined
  }

  /** Nodes that may take the room: first those where most of its members are, or that got least. */
  #takersFor(room: RoomId): readonly NodeLink[] {
    const counts = this.#parts.members.countByNode(room)
    const membersAt = ({ peer }: NodeLink): number => counts.get(peer) ?? 0
    return this.#others()
      .filter(link => link.isUp && !this.#refusers.has(link.peer))
      .toSorted(
        (one, other) => membersAt(other) - membersAt(one) || this.#givenTo(one) - this.#givenTo(other),
      )
  }

  #givenTo({ peer }: NodeLink): number {
    return this.#given.get(peer) ?? 0
  }

  #others(): readonly NodeLink[] {
    return [...this.#parts.owners.others].map(this.#parts.linkTo)
  }
}

async function withinMs(milliseconds: number, work: Promise<void>): Promise<void> {
  const timer = Promise.withResolvers<never>()
  const timeout = setTimeout(() => timer.reject(ownerUnreachable()), milliseconds)
  await Promise.race([work, timer.promise]).finally(() => clearTimeout(timeout))
}
