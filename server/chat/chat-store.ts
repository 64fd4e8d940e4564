import type {
  ChatMessage,
  ClientMessageId,
  GifId,
  GifInfo,
  PostedGif,
  RoomId,
  Seq,
  User,
} from '../../protocol/model.ts'

/** A room as kept; `passwordHash` is the output of `hashRoomPassword`, never a password. */
export interface StoredRoom {
  readonly id: RoomId
  readonly title: string
  readonly max: number
  readonly owner: User
  readonly passwordHash: string | null
  /** Milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number
}

/** A room of an earlier run, found at start-up. */
export interface FoundRoom extends StoredRoom {
  /**
   * The bytes of all its messages. Left out by a store that would have to read messages for it.
   */
  readonly messageBytes?: number
  /** The bytes of all its GIFs together, with those that were never posted. */
  readonly gifBytes: number
}

/** What a room of an earlier run has. It is read when somebody first asks for the room. */
export interface LoadedRoom {
  /** The newest messages, in order of `seq`. The last one has the room's newest `seq`. */
  readonly messages: readonly ChatMessage[]
  /** The bytes of all its messages, as the store counts them. */
  readonly messageBytes: number
  /** The bytes of all its GIFs together. */
  readonly gifBytes: number
}

/** What is found of a room that is not there. */
export const NO_ROOM: LoadedRoom = { messages: [], messageBytes: 0, gifBytes: 0 }

/** A GIF's bytes. They come in parts, so that nobody need hold all of them at once. */
export interface StoredGif {
  readonly bytes: number
  /** May throw what a store rejects with. What has come by then is not the whole GIF. */
  readonly parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** What a person said, before it has a `seq`. */
export type MessageBody = ({ readonly text: string } | { readonly gif: PostedGif }) & {
  /** The `seq` of the message that this one answers. */
  readonly replyTo?: Seq | undefined
  /** Whether a bot says it. */
  readonly bot?: true | undefined
}

/** A message that waits to be stored. It has no `seq` yet. */
export type NewMessage = MessageBody & {
  readonly user: User
  readonly clientMessageId: ClientMessageId
  readonly createdAt: number
}

/** The messages of one room that are to be stored now, in order. */
export interface AppendBatch {
  readonly room: RoomId
  /**
   * The `seq` of the first new message. Each further new one gets the next, so there is no hole.
   */
  readonly firstSeq: Seq
  readonly messages: readonly NewMessage[]
}

/** What became of one message of a batch. */
export interface Appended {
  readonly seq: Seq
  readonly createdAt: number
  /**
   * True when the room had a message of this user with the same `clientMessageId` already. `seq`
   * and `createdAt` are then those of the first one.
   */
  readonly isDuplicate: boolean
}

/**
 * What became of the messages of one batch, in their order. An error means that this batch was not
 * stored, or only in part, and says nothing about the others: `SeqTakenError` when a `seq` is used
 * already, `RoomGoneError`, or `StoreUnavailableError`.
 */
export type BatchOutcome = readonly Appended[] | Error

/** Which messages are read: those with `afterSeq < seq < beforeSeq`. */
export interface MessageRange {
  readonly afterSeq?: Seq
  readonly beforeSeq?: Seq
  /** How many at most: the newest of them, or the oldest with `from: 'oldest'`. */
  readonly limit: number
  readonly from?: 'oldest' | 'newest'
  /** Of the newest, a store reads no further than it needs to have so many bytes, by its count. */
  readonly bytes?: number
}

/**
 * Keeps rooms, messages and GIFs. A call that has resolved is durable. Every method rejects with
 * `StoreUnavailableError` when the store can't be reached or can't write.
 */
export interface ChatStore {
  /** Names the store in logs. */
  readonly kind: 'embedded' | 'memory' | 'mongodb'

  createRoom(room: StoredRoom): Promise<void>
  /** All rooms except those whose purge has begun. No message is read for it. */
  findRooms(): Promise<readonly FoundRoom[]>
  /**
   * Finishes what a killed server left half done, as far as that has to come before rooms are used.
   */
  recover(): Promise<void>
  /**
   * Finishes the rest, which may take long, while rooms are used: it completes purges that had
   * begun, and deletes bytes that belong to no room. If it fails, the store tries again by itself.
   */
  sweepLeftovers(): Promise<void>
  /**
   * Reads what a found room has, with at most `limit` messages, before anything else is done with
   * the room in this run. GIFs of the room that were never posted are deleted, if `recover` has not
   * done so, except those in `unposted`. To load a room again changes nothing, as long as nobody
   * uses it.
   */
  loadRoom(room: RoomId, limit: number, unposted?: readonly GifId[]): Promise<LoadedRoom>
  /**
   * Stores the batches of several rooms in one go. The outcomes have the order of the batches.
   * After a rejection, some of the messages may have been stored.
   */
  appendMessages(batches: readonly AppendBatch[]): Promise<readonly BatchOutcome[]>
  /** In order of `seq`. */
  readMessages(room: RoomId, range: MessageRange): Promise<readonly ChatMessage[]>
  /**
   * Forgets a room's oldest messages for good, until the others have at most `mostBytes`, and
   * resolves with the bytes that are left. A store may forget messages by the file only, each of
   * some 1 MiB; it then keeps the newest file in any case. The newest message always stays, and so
   * do all GIFs. If the server is killed meanwhile, what is left has no hole, and `recover` wipes
   * what has gone.
   */
  trimRoom(room: RoomId, mostBytes: number): Promise<number>
  /**
   * Keeps a GIF's bytes with its room. To save the same id in the same room again changes nothing.
   * Rejects with `RoomGoneError`, and keeps nothing, when there is no such room or its purge has
   * begun.
   */
  saveGif(room: RoomId, gif: GifInfo, bytes: Uint8Array): Promise<void>
  findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined>
  readGif(room: RoomId, gif: GifId): Promise<StoredGif | undefined>
  deleteGif(room: RoomId, gif: GifId): Promise<void>
  /**
   * Deletes the rooms with their messages and GIFs. A purge that has begun is always finished, by
   * `recover` if need be.
   */
  purgeRooms(rooms: readonly RoomId[]): Promise<void>
  /**
   * The server's signing secret. The first call ever keeps `candidate`; later calls get that one.
   */
  loadSecret(candidate: string): Promise<string>
  /** Resolves when the store answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The store can't be reached, is full or refuses to write. A later try may succeed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** Another writer has used this `seq` of the room. */
export class SeqTakenError extends Error {
  override readonly name = 'SeqTakenError'
}

/** There is no such room, or its purge has begun. */
export class RoomGoneError extends Error {
  override readonly name = 'RoomGoneError'
}
