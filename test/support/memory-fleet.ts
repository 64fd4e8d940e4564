import { setImmediate as turn } from 'node:timers/promises'
import type { RoomId, User, UserId } from '../../protocol/model.ts'
import { Lobby } from '../../server/chat/lobby.ts'
import type { ListedRoom, NodeId, NodeWatcher, RoomOwners, RoomPlace } from '../../server/chat/room-owners.ts'
import { Fleet } from '../../server/cluster/fleet.ts'
import type { NodeWire } from '../../server/cluster/node-wire.ts'
import { MemoryStore } from '../../server/store/memory/memory-store.ts'

/** What rooms may keep here. GIFs have little. */
export const FEW_LIMITS = {
  emptyRoomGraceMs: 2_000,
  unenteredRoomMs: 60_000,
  startupGraceMs: 30_000,
  seatHoldMs: 10_000,
  unpostedGifMs: 60_000,
  gifBytesPerRoom: 100,
  gifBytes: 1_000,
  botsPerRoom: 16,
  observersPerRoom: 16,
  roomsPerUser: 100,
  roomsPerAddress: 100,
  messageBytesPerRoom: 1e9,
  messageBytes: 1e9,
  now: Date.now,
}

/**
 * Two nodes in one process, without MongoDB and Redis. Nobody dies here, and the first node owns
 * every room that it has not handed over.
 */
export class MemoryFleet implements AsyncDisposable {
  readonly store = new MemoryStore()
  readonly first: Fleet
  readonly second: Fleet
  /** Whether an envelope is lost. Tests may replace it. */
  isLost: (to: NodeId, envelope: Buffer) => boolean = () => false
  /** What the nodes told their logs. */
  readonly warnings: string[] = []
  /** Whether the nodes can send anything. Tests may change it. */
  isUp = true
  /** Who sits where, as the nodes have written it. */
  readonly seated = new Map<RoomId, readonly User[]>()
  readonly #inboxes = new Map<NodeId, (envelope: Buffer) => void>()
  readonly #watchers: NodeWatcher[] = []
  /** Rooms that were handed over, with who has them. */
  readonly #takenBy = new Map<RoomId, NodeId>()
  /** How often each room was handed over. */
  readonly #epochs = new Map<RoomId, number>()
  /** The first node is there before the second comes. */
  readonly #othersOfFirst = new Set<NodeId>()

  constructor(settings: Partial<typeof FEW_LIMITS> = {}) {
    this.first = this.#nodeNamed('first', this.#othersOfFirst, settings)
    this.second = this.#nodeNamed('second', new Set(['first']), settings)
  }

  static async start(settings?: Partial<typeof FEW_LIMITS>): Promise<MemoryFleet> {
    const fleet = new MemoryFleet(settings)
    await fleet.first.startFleet()
    const starting = fleet.second.startFleet()
    while (!fleet.#inboxes.has('second')) await turn()
    fleet.#othersOfFirst.add('second')
    fleet.#watchers[0]?.nodeCame('second')
    await starting
    return fleet
  }

  /** A room goes to another owner. Returns its new epoch. */
  noteTakeover(room: RoomId): number {
    const epoch = (this.#epochs.get(room) ?? 0) + 1
    this.#epochs.set(room, epoch)
    return epoch
  }

  /** Who sits in a room of the first node. */
  seatedIn(room: RoomId): readonly UserId[] {
    const users = this.first.registry.ownRooms.get(room)?.seatedUsers ?? []
    return users.map(({ id }) => id).toSorted()
  }

  #nodeNamed(node: NodeId, others: ReadonlySet<NodeId>, settings: Partial<typeof FEW_LIMITS>): Fleet {
    const wire = this.wireOf(node)
    return new Fleet({
      store: this.store,
      owners: this.ownersAt(node, others),
      wire,
      lobby: new Lobby(),
      log: { info: () => {}, warn: (_, text) => void this.warnings.push(text) },
      settings: { ...FEW_LIMITS, ...settings },
    })
  }

  wireOf(node: NodeId): NodeWire {
    const isUp = () => this.isUp
    return {
      get isUp() {
        return isUp()
      },
      waitingBytes: 0,
      sendEnvelope: (to, envelope) => {
        if (!this.isUp || this.isLost(to, envelope)) return
        setImmediate(() => this.#inboxes.get(to)?.(envelope))
      },
      openInbox: receive => void this.#inboxes.set(node, receive),
      closeWire: async () => {},
    }
  }

  ownersAt(node: NodeId, others: ReadonlySet<NodeId>): RoomOwners {
    return {
      node,
      others,
      isAlive: true,
      watchNodes: watcher => void this.#watchers.push(watcher),
      placeRoom: async (room): Promise<RoomPlace> => {
        const isThere = (await this.store.findRooms()).some(({ id }) => id === room)
        return isThere ? { kind: 'owned', owner: this.#takenBy.get(room) ?? 'first' } : { kind: 'gone' }
      },
      giveAway: room => ({ epoch: this.#epochs.get(room) ?? 0 }),
      takeFrom: (owner, room) => this.#takeFrom(owner, room, node),
      async *takeFreeRooms() {},
      listOthersRooms: async (): Promise<readonly ListedRoom[]> => [],
      keepSeats: async seats => {
        await turn()
        for (const [room, users] of seats) this.seated.set(room, users)
      },
      freeRooms: async () => {},
    }
  }

  async #takeFrom(owner: NodeId, id: RoomId, node: NodeId): Promise<RoomPlace> {
    await turn()
    const found = (await this.store.findRooms()).find(room => room.id === id)
    if (found === undefined) return { kind: 'gone' }
    const now = this.#takenBy.get(id) ?? 'first'
    if (now !== owner) return { kind: 'owned', owner: now }
    this.#takenBy.set(id, node)
    const epoch = this.noteTakeover(id)
    return { kind: 'taken', room: { ...found, seated: [] }, epoch }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const fleet of [this.first, this.second]) {
      await fleet.leaveFleet()
      fleet.registry.closeRooms()
    }
  }
}
