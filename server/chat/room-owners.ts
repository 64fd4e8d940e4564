import type { RoomId, RoomSummary, Seq, User } from '../../protocol/model.ts'
import type { FoundRoom, LoadedRoom } from './chat-store.ts'
import type { UnpostedGif } from './room-gifs.ts'

/** Names one run of a server process. It is never used twice. */
export type NodeId = string

/** A room that this node has taken over. */
export interface TakenRoom extends FoundRoom {
  /** Who sat there last. */
  readonly seated: readonly User[]
  /** GIFs that may still be posted. */
  readonly unposted?: readonly UnpostedGif[]
  /** What the last owner knew of it. Left out when it must be read. */
  readonly loaded?: LoadedRoom | undefined
}

/** What a room has in the store, as its last owner knows. The next one need not read it then. */
export interface StoredState {
  /** How often the room was taken over. */
  readonly epoch: number
  /** Its newest message, and the bytes of all messages that it ever had, up to this one. */
  readonly end?: { readonly seq: Seq; readonly bytesAfter: number } | undefined
}

/** Where a room is. */
export type RoomPlace =
  | { readonly kind: 'gone' }
  | { readonly kind: 'owned'; readonly owner: NodeId }
  /** It had no living owner, and is this node's now. It was taken over so often. */
  | { readonly kind: 'taken'; readonly room: TakenRoom; readonly epoch: number }

/** A room as another node lists it. */
export interface ListedRoom {
  readonly owner: NodeId
  readonly summary: RoomSummary
}

/** Who hears of nodes that come and go. */
export interface NodeWatcher {
  nodeCame(node: NodeId): void
  /** The node is dead: it can't own a room any more. */
  nodeWent(node: NodeId): void
  /** This node wanted a room, and another one got it. */
  claimLost?(): void
}

/**
 * Which node owns which room. All nodes agree on it, since one store decides. A node whose
 * heartbeat stands still is taken for dead, and its rooms are for others to take.
 */
export interface RoomOwners {
  /** This node. */
  readonly node: NodeId
  /** All living nodes but this one. */
  readonly others: ReadonlySet<NodeId>
  /** False when others may take this node for dead. It must not answer for its rooms then. */
  readonly isAlive: boolean
  watchNodes(watcher: NodeWatcher): void
  /** Finds the owner of a room, and takes the room if its owner is dead. */
  placeRoom(room: RoomId): Promise<RoomPlace>
  /**
   * Takes a room that `owner` gives away, or that this node has given away and nobody took. Of
   * those who try, one gets it. With the `state` that the owner has told, less is read.
   */
  takeFrom(owner: NodeId, room: RoomId, state?: StoredState): Promise<RoomPlace>
  /** What the store has of a room of this node, which is about to give it away. */
  giveAway(room: RoomId): StoredState
  /**
   * Takes all rooms that have no living owner, one by one. A room that was taken is this node's for
   * everybody who asks, so it must be used at once.
   */
  takeFreeRooms(): AsyncIterable<TakenRoom>
  /** The rooms of all other nodes, the oldest first. */
  listOthersRooms(): Promise<readonly ListedRoom[]>
  /** Keeps who sits in the rooms of this node, for those who may own them later. */
  keepSeats(seats: ReadonlyMap<RoomId, readonly User[]>): Promise<void>
  /** Gives all rooms of this node up, so that others may take them at once. */
  freeRooms(): Promise<void>
}

/** A room, with everybody who has a seat. */
export interface SeatedRoom {
  readonly id: RoomId
  readonly seatedUsers: readonly User[]
}

/** Who keeps who sits in rooms, for those who may own them later. */
export interface SeatsWatcher {
  seatsChanged(room: SeatedRoom): void
  /** Resolves when it is kept that `user` is about to sit in the room, if that can be kept. */
  seatExpected(room: SeatedRoom, user: User): Promise<void>
  roomEnded(room: RoomId): void
  /** False while people may be unable to come back to their rooms, and for a while after that. */
  mayRoomsEnd(): boolean
}
