import type { RoomId, RoomSummary } from '../../protocol/model.ts'
import type { Lobby, LobbyList, LobbyRoom } from '../chat/lobby.ts'
import type { ListedRoom, NodeId } from '../chat/room-owners.ts'
import { LOBBY_ITEM_ROOMS, type WireItemOf, type WireLobbyNews } from './envelope.ts'
import type { NodeLink } from './node-link.ts'

/** How long changes are collected before other nodes are told, in milliseconds. */
const GATHER_MS = 100
/** For so long the rooms of a dead node stay in the list. Others take them over meanwhile. */
const FORGET_MS = 10_000

/** A room of another node, as this one's lobby lists it. */
class MirroredRoom implements LobbyRoom {
  readonly owner: NodeId
  readonly #summary: RoomSummary
  people: number

  constructor(owner: NodeId, summary: RoomSummary) {
    this.owner = owner
    this.#summary = summary
    this.people = summary.people
  }

  get id(): RoomId {
    return this.#summary.id
  }

  summary(): RoomSummary {
    return { ...this.#summary, people: this.people }
  }
}

/**
 * Makes one list of the rooms of all nodes. Each node tells all others what changes in its own. To
 * a node that is new, or that has missed something, it tells all its rooms.
 */
export class SharedLobby implements LobbyList {
  readonly #lobby: Lobby
  readonly #links: () => Iterable<NodeLink>
  readonly #own = new Map<RoomId, LobbyRoom>()
  readonly #mirrored = new Map<RoomId, MirroredRoom>()
  /** Rooms that a node has not told again since it began to tell all. */
  readonly #untold = new Map<NodeId, Set<RoomId>>()
  readonly #changes = new Map<RoomId, 'added' | 'changed' | 'removed'>()
  readonly #forgetting = new Set<NodeJS.Timeout>()
  #timer: NodeJS.Timeout | undefined

  constructor(lobby: Lobby, links: () => Iterable<NodeLink>) {
    this.#lobby = lobby
    this.#links = links
  }

  addRoom(room: LobbyRoom): void {
    this.#own.set(room.id, room)
    this.#mirrored.delete(room.id)
    this.#lobby.addRoom(room)
    this.#noteChange(room.id, 'added')
  }

  updateRoom(room: LobbyRoom): void {
    this.#lobby.updateRoom(room)
    if (this.#changes.get(room.id) !== 'added') this.#noteChange(room.id, 'changed')
  }

  removeRoom(room: LobbyRoom): void {
    this.#own.delete(room.id)
    this.#lobby.removeRoom(room)
    this.#noteChange(room.id, 'removed')
  }

  /** The room goes to another node, which tells of it then. Until then it stays listed. */
  giveAway(room: LobbyRoom): void {
    this.#own.delete(room.id)
    this.#changes.delete(room.id)
    this.#mirrorRoom('', room.summary())
  }

  /** Lists rooms of other nodes as the store has them, until those nodes tell more. */
  listStored(rooms: readonly ListedRoom[]): void {
    for (const { owner, summary } of rooms) this.#mirrorRoom(owner, summary)
  }

  tellAllRooms(link: NodeLink): void {
    const rooms = Array.from(this.#own.values(), room => room.summary())
    for (let start = 0; start === 0 || start < rooms.length; start += LOBBY_ITEM_ROOMS) {
      const isLast = start + LOBBY_ITEM_ROOMS >= rooms.length
      const some = rooms.slice(start, start + LOBBY_ITEM_ROOMS)
      link.sendItem({ kind: 'roomsListed', isFirst: start === 0, isLast, rooms: some })
    }
  }

  /** Takes what another node tells of its rooms. */
  receiveNews(owner: NodeId, item: WireLobbyNews): void {
    switch (item.kind) {
      case 'roomsListed':
        this.#listRooms(owner, item)
        return
      case 'peopleCounted':
        for (const { room, people } of item.rooms) this.#countPeople(owner, room, people)
        return
      case 'roomsEnded':
        for (const room of item.rooms) this.#removeMirrored(owner, room)
        return
      default:
        item satisfies never
    }
  }

  /** The node is dead. Its rooms stay listed while others take them over. */
  forgetNode(owner: NodeId): void {
    this.#untold.delete(owner)
    const timer = setTimeout(() => {
      this.#forgetting.delete(timer)
      for (const { id } of [...this.#mirrored.values()]) this.#removeMirrored(owner, id)
    }, FORGET_MS)
    this.#forgetting.add(timer)
  }

  stopSharing(): void {
    clearTimeout(this.#timer)
    for (const timer of this.#forgetting) clearTimeout(timer)
  }

  #listRooms(owner: NodeId, { isFirst, isLast, rooms }: WireItemOf<'roomsListed'>): void {
    if (isFirst) {
      const known = [...this.#mirrored.values()].filter(room => room.owner === owner)
      this.#untold.set(owner, new Set(known.map(({ id }) => id)))
    }
    const untold = this.#untold.get(owner)
    for (const summary of rooms) {
      this.#mirrorRoom(owner, summary)
      untold?.delete(summary.id)
    }
    if (!isLast || untold === undefined) return
    for (const room of untold) this.#removeMirrored(owner, room)
    this.#untold.delete(owner)
  }

  #mirrorRoom(owner: NodeId, summary: RoomSummary): void {
    if (this.#own.has(summary.id)) return
    const room = new MirroredRoom(owner, summary)
    this.#mirrored.set(room.id, room)
    this.#lobby.addRoom(room)
  }

  #countPeople(owner: NodeId, id: RoomId, people: number): void {
    const room = this.#mirrored.get(id)
    if (room?.owner !== owner) return
    room.people = people
    this.#lobby.updateRoom(room)
  }

  #removeMirrored(owner: NodeId, id: RoomId): void {
    const room = this.#mirrored.get(id)
    if (room?.owner !== owner) return
    this.#mirrored.delete(id)
    this.#lobby.removeRoom(room)
  }

  #noteChange(room: RoomId, change: 'added' | 'changed' | 'removed'): void {
    this.#changes.set(room, change)
    this.#timer ??= setTimeout(() => this.#tellChanges(), GATHER_MS)
  }

  #tellChanges(): void {
    this.#timer = undefined
    const added: RoomSummary[] = []
    const counted: { room: RoomId; people: number }[] = []
    const ended: RoomId[] = []
    for (const [id, change] of this.#changes) {
      const room = this.#own.get(id)
      if (room === undefined) ended.push(id)
      else if (change === 'added') added.push(room.summary())
      else counted.push({ room: id, people: room.people })
    }
    this.#changes.clear()
    for (const link of this.#links()) {
      for (const rooms of slicesOf(added))
        link.sendItem({ kind: 'roomsListed', isFirst: false, isLast: false, rooms })
      for (const rooms of slicesOf(counted)) link.sendItem({ kind: 'peopleCounted', rooms })
      for (const rooms of slicesOf(ended)) link.sendItem({ kind: 'roomsEnded', rooms })
    }
  }
}

function* slicesOf<Item>(items: readonly Item[]): Iterable<Item[]> {
  for (let start = 0; start < items.length; start += LOBBY_ITEM_ROOMS)
    yield items.slice(start, start + LOBBY_ITEM_ROOMS)
}
