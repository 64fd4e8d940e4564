import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatStore } from '../chat/chat-store.ts'
import type { CoreLog } from '../chat/core-log.ts'
import type { Lobby } from '../chat/lobby.ts'
import type { NodeId, RoomOwners } from '../chat/room-owners.ts'
import { type RegistrySettings, RoomRegistry } from '../chat/room-registry.ts'
import { type FleetMetrics, type FleetUse, NO_FLEET_METRICS } from '../metrics/server-metrics.ts'
import {
  decodeEnvelope,
  type Envelope,
  type WireItemOf,
  type WireNews,
  type WireRequest,
} from './envelope.ts'
import { FleetDirectory } from './fleet-directory.ts'
import { FleetRoomHost } from './fleet-room-host.ts'
import { FleetSeatKeeper } from './fleet-seat-keeper.ts'
import { type LinkReceiver, NodeLink } from './node-link.ts'
import type { NodeWire } from './node-wire.ts'
import { RoomHandOver } from './room-hand-over.ts'
import { SharedLobby } from './shared-lobby.ts'

/** How often a node says to each other one that it is there, in milliseconds. */
const BEAT_MS = 1_000
/**
 * How long the nodes with members in the rooms of a dead node have for taking those, in
 * milliseconds. Then the first to come takes the rest.
 */
const FIRST_TAKE_MS = 1_000
/** How often a node looks for rooms without a living owner, if nothing happens. */
const TAKE_REST_MS = 60_000
/**
 * How long a new node waits at most until all others know it, in milliseconds, and how often it
 * looks. One that has just died does not answer.
 */
const LONGEST_WAIT_MS = 2_000
const LOOK_MS = 20
/** Envelopes that nobody understands are told to the log once in so long. */
const COMPLAIN_MS = 60_000

/**
 * One of several nodes that are one service (docs/FLEET.md). It goes through these phases:
 *
 * 1. Opened: the node has told the store that it is there.
 * 2. Started: it takes the rooms that have no living owner, lists those of the others, and opens
 *    its inbox.
 * 3. Running: requests of other nodes are carried out. When a node dies, its rooms are taken over.
 * 4. Leaving: rooms are handed over to others (`RoomHandOver`). People of this node go on as
 *    members there until their connections are closed.
 * 5. Left: no room is this node's any more, and the others know. Nothing comes any more.
 */
export class Fleet implements LinkReceiver {
  readonly registry: RoomRegistry
  readonly directory: FleetDirectory
  readonly #owners: RoomOwners
  readonly #wire: NodeWire
  readonly #log: CoreLog
  readonly #metrics: FleetMetrics
  readonly #links = new Map<NodeId, NodeLink>()
  readonly #lobby: SharedLobby
  readonly #seats: FleetSeatKeeper
  readonly #host: FleetRoomHost
  readonly #handOver: RoomHandOver
  /**
   * To this node itself: members who were there while another node owned the room go on as before,
   * without Redis.
   */
  readonly #ownWire: Pick<NodeWire, 'isUp' | 'sendEnvelope'> = {
    isUp: true,
    sendEnvelope: (_, envelope) => setImmediate(() => this.#receive(envelope)),
  }
  readonly #timers: NodeJS.Timeout[] = []
  #complainedAt = Number.NEGATIVE_INFINITY
  /** Before Redis answered for the first time, this node had no people of others. */
  #wasUp = false
  #isLeaving = false
  #isOver = false

  constructor(dependencies: {
    store: ChatStore
    owners: RoomOwners
    wire: NodeWire
    lobby: Lobby
    log: CoreLog
    settings: RegistrySettings
    metrics?: FleetMetrics
  }) {
    const { store, owners, wire, log, settings, metrics = NO_FLEET_METRICS } = dependencies
    this.#metrics = metrics
    this.#owners = owners
    this.#wire = wire
    this.#log = log
    this.#lobby = new SharedLobby(dependencies.lobby, () => this.#othersLinks())
    this.#seats = new FleetSeatKeeper(owners, log, settings.startupGraceMs)
    this.registry = new RoomRegistry({ store, lobby: this.#lobby, log, settings, seats: this.#seats })
    const linkTo = (node: NodeId) => this.#linkTo(node)
    this.directory = new FleetDirectory({ registry: this.registry, owners, store, linkTo, metrics })
    this.#host = new FleetRoomHost(this.directory, log, (link, item) => this.#handOver.takeRoom(link, item))
    const { registry, directory } = this
    const { members } = this.#host
    this.#handOver = new RoomHandOver({
      ...{ registry, directory, owners, members, log, metrics, linkTo },
      lobby: this.#lobby,
    })
  }

  /** Joins the others. Rejects as the store does, and can then be called again. */
  async startFleet(): Promise<void> {
    this.#lobby.listStored(await this.#owners.listOthersRooms())
    // The others do not know this node yet. They speak first.
    const known = new Set(this.#owners.others)
    this.#owners.watchNodes({
      nodeCame: node => {
        if (!known.has(node)) this.#openLink(this.#linkTo(node))
      },
      nodeWent: node => this.#nodeWent(node),
      claimLost: () => this.#metrics.lostEpochs.inc(),
    })
    this.#wire.openInbox(envelope => this.#receive(envelope))
    // There may be thousands. Whoever asks for one meanwhile takes it at once.
    const takeRest = () => void this.#takeFreeRooms()
    takeRest()
    this.#timers.push(
      setInterval(() => this.#beat(), BEAT_MS),
      setInterval(takeRest, TAKE_REST_MS),
    )
    await this.#untilOthersHeard()
  }

  async #untilOthersHeard(): Promise<void> {
    const startedAt = performance.now()
    const isHeard = () => [...this.#othersLinks()].every(link => link.hasHeard)
    while (!isHeard() && performance.now() - startedAt < LONGEST_WAIT_MS) await sleep(LOOK_MS)
    for (const link of this.#othersLinks()) if (!link.hasHeard) this.#openLink(link)
  }

  #receive(bytes: Buffer): void {
    if (this.#isOver) return
    const envelope = decodeEnvelope(bytes)
    if ('problem' in envelope) this.#complain(envelope.problem)
    // Of a dead node nothing counts any more. What a node says before it is known here is lost, and
    // the first that is heard of it shows that.
    else if (this.#isKnown(envelope.from)) this.#receiveFrom(this.#linkTo(envelope.from), envelope)
  }

  /** What there is at this moment, for the metrics. */
  get use(): FleetUse {
    let waitingRequests = 0
    for (const { askedCount } of this.#links.values()) waitingRequests += askedCount
    return {
      isWireUp: this.#wire.isUp,
      wireBytes: this.#wire.waitingBytes,
      nodes: this.#owners.others.size + 1,
      remoteRooms: this.directory.remoteRooms,
      waitingRequests,
    }
  }

  /** A server that sends what can't be used is at fault. It must not take this one with it. */
  receiveItem(link: NodeLink, item: WireRequest | WireNews, body: Buffer): void {
    try {
      this.#takeItem(link, item, body)
    } catch (error) {
      this.#log.warn(
        { node: link.peer, kind: item.kind, error: String(error) },
        'what another node sent could not be used',
      )
    }
  }

  #takeItem(link: NodeLink, item: WireRequest | WireNews, body: Buffer): void {
    switch (item.kind) {
      case 'frames':
        this.directory.deliverFrames(link, item, body)
        return
      case 'moved':
        this.#roomMoved(link, item)
        return
      case 'roomsListed':
      case 'peopleCounted':
      case 'roomsEnded':
        this.#lobby.receiveNews(link.peer, item)
        return
      default:
        this.#host.receiveRequest(link, item)
    }
  }

  linkBroke(link: NodeLink): void {
    this.#metrics.linkLosses.inc()
    this.directory.detachFrom(link.peer)
    if (link.peer !== this.#owners.node) this.#lobby.tellAllRooms(link)
  }

  /**
   * Hands over the rooms in which people are, one after the other. Resolves with false when there
   * is no other node.
   */
  handOverRooms(): Promise<boolean> {
    this.#isLeaving = true
    return this.#handOver.handOverRooms()
  }

  /** Gives up the rooms that are left. There must be no connections any more. */
  async leaveFleet(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#lobby.stopSharing()
    await this.#seats.finishSeats()
    try {
      await this.#owners.freeRooms()
      this.#host.tellMoved()
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'rooms could not be given up: others take them soon')
    }
    this.#isOver = true
    for (const link of this.#links.values()) link.closeLink()
    await this.#wire.closeWire()
  }

  #roomMoved(link: NodeLink, { room, to }: WireItemOf<'moved'>): void {
    this.directory.roomMoved(link, room, to !== undefined && this.#isKnown(to) ? this.#linkTo(to) : undefined)
  }

  #receiveFrom(link: NodeLink, envelope: Envelope): void {
    const isFirst = !link.hasHeard
    link.receiveEnvelope(envelope)
    if (isFirst && link.peer !== this.#owners.node) this.#lobby.tellAllRooms(link)
  }

  #openLink(link: NodeLink): void {
    link.openLink()
    this.#lobby.tellAllRooms(link)
  }

  #isKnown(node: NodeId): boolean {
    return node === this.#owners.node || this.#owners.others.has(node)
  }

  #linkTo(node: NodeId): NodeLink {
    const known = this.#links.get(node)
    if (known !== undefined) return known
    const self = this.#owners.node
    const wire = node === self ? this.#ownWire : this.#wire
    const link = new NodeLink(node, { self, wire, receiver: this })
    this.#links.set(node, link)
    return link
  }

  *#othersLinks(): Iterable<NodeLink> {
    for (const node of this.#owners.others) yield this.#linkTo(node)
  }

  #beat(): void {
    if (!this.#owners.isAlive || (this.#wasUp && !this.#wire.isUp)) this.#seats.noteTrouble()
    this.#wasUp ||= this.#wire.isUp
    for (const link of this.#othersLinks()) link.beat()
  }

  #nodeWent(node: NodeId): void {
    this.#log.warn({ node }, 'a node is gone: its rooms are taken over')
    this.#links.get(node)?.closeLink()
    this.#links.delete(node)
    this.#host.disconnectNode(node)
    this.#lobby.forgetNode(node)
    this.directory.detachFrom(node)
    setTimeout(() => this.#takeFreeRooms(), FIRST_TAKE_MS).unref()
  }

  /** A failure is no harm: it is tried again, and whoever asks for a room takes it too. */
  async #takeFreeRooms(): Promise<void> {
    if (this.#isLeaving || this.#isOver) return
    let taken = 0
    try {
      for await (const room of this.#owners.takeFreeRooms()) {
        // The others take what this node has taken in vain.
        if (this.#isLeaving || this.#isOver) break
        this.registry.adoptRooms([room])
        this.#metrics.takeovers.inc({ how: 'death' })
        taken++
      }
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'rooms without an owner could not be taken')
    }
    if (taken > 0) this.#log.info({ rooms: taken }, 'took rooms over')
  }

  #complain(problem: string): void {
    if (performance.now() - this.#complainedAt < COMPLAIN_MS) return
    this.#complainedAt = performance.now()
    this.#log.warn({ problem }, 'something came over Redis that is not of this version of gifchat')
  }
}
