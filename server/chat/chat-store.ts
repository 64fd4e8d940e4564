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

/** A room as kept; `passwordHash` is the output of `hashPassword`, never a password. */
export interface StoredRoom {
  readonly id: RoomId
  readonly title: string
  readonly max: number
  readonly owner: User
  readonly passwordHash: string | null
  /** Milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number
}

/** A room found at start-up. */
export interface FoundRoom extends StoredRoom {
  /** The newest stored `seq`, 0 when nothing was said. */
  readonly lastSeq: Seq
  /** Of all its GIFs together. */
  readonly gifBytes: number
}

/** What a person said, before it has a `seq`. */
export type MessageBody = ({ readonly text: string } | { readonly gif: PostedGif }) & {
  /** The `seq` of the message that it answers. */
  readonly replyTo?: Seq | undefined
}

/** A message that waits to be stored. */
export type NewMessage = MessageBody & {
  readonly user: User
  readonly clientMessageId: ClientMessageId
  readonly createdAt: number
}

/** Everything one room wants stored now, in order. */
export interface AppendBatch {
  readonly room: RoomId
  /** The `seq` of the first message that is new; each further new one gets the next, so that no hole appears. */
  readonly firstSeq: Seq
  readonly messages: readonly NewMessage[]
}

/** What became of one message of a batch. */
export interface Appended {
  readonly seq: Seq
  readonly createdAt: number
  /** True when this user's `clientMessageId` stood in the room before; `seq` and `createdAt` are then the first's. */
  readonly isDuplicate: boolean
}

/**
 * The truth about rooms, messages and GIFs. Every method rejects with `StoreUnavailableError` when the store
 * can't be reached or can't write; whatever it resolved is durable.
 */
export interface ChatStore {
  /** For logs and health. */
  readonly kind: 'embedded' | 'mongodb'

  createRoom(room: StoredRoom): Promise<void>
  /** All rooms that are not being purged. */
  findRooms(): Promise<readonly FoundRoom[]>
  /** Finishes what a killed server left half done: purges begun, uploads never posted, bytes no room owns. */
  recover(): Promise<void>
  /**
   * Stores the batches of several rooms in one go; outcomes stand as the messages stood. Rejects with
   * `SeqTakenError` when a `seq` is used already. After any rejection, part of it may have been stored.
   */
  appendMessages(batches: readonly AppendBatch[]): Promise<readonly (readonly Appended[])[]>
  /** Messages with `afterSeq < seq < beforeSeq` in order of `seq`: the newest `limit` of them, or the oldest with `from: 'oldest'`. */
  readMessages(
    room: RoomId,
    range: {
      readonly afterSeq?: Seq
      readonly beforeSeq?: Seq
      readonly limit: number
      readonly from?: 'oldest' | 'newest'
    },
  ): Promise<readonly ChatMessage[]>
  /**
   * Keeps a GIF's bytes with its room; saving the same id in the same room again changes nothing. Rejects with
   * `RoomGoneError`, and keeps nothing, when there is no such room or its purge has begun.
   */
  saveGif(room: RoomId, gif: GifInfo, bytes: Uint8Array): Promise<void>
  findGif(room: RoomId, gif: GifId): Promise<GifInfo | undefined>
  readGif(room: RoomId, gif: GifId): Promise<Uint8Array | undefined>
  deleteGif(room: RoomId, gif: GifId): Promise<void>
  /** Takes away the room and all that was said and shown there; once begun it is finished, by `recover` if need be. */
  purgeRooms(rooms: readonly RoomId[]): Promise<void>
  /** The server's signing secret: `candidate` on the first call ever, and the same one from then on. */
  loadSecret(candidate: string): Promise<string>
  /** Resolves when the store answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The store can't be reached, is full or refuses to write; a later try may succeed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** Another writer used this `seq` of the room. */
export class SeqTakenError extends Error {
  override readonly name = 'SeqTakenError'
}

/** There is no such room, or its purge has begun. */
export class RoomGoneError extends Error {
  override readonly name = 'RoomGoneError'
}
