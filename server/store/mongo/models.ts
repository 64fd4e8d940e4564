import { type Connection, Mongoose, Schema, type Types } from 'mongoose'
import type {
  ChatMessage,
  ClientMessageId,
  GifInfo,
  PostedGif,
  RoomId,
  Seq,
  User,
} from '../../../protocol/model.ts'
import type { NodeId } from '../../chat/room-owners.ts'

/**
 * An instance of our own, so that its options are ours alone. It queues no command while it is not
 * connected.
 */
export const mongoose = new Mongoose({
  strictQuery: true,
  sanitizeFilter: true,
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
})

export interface RoomDocument {
  readonly _id: RoomId
  readonly title: string
  readonly max: number
  readonly owner: User
  /** The hash of the password, never the password itself. */
  readonly password: string | null
  readonly createdAt: Date
  /** The node that owns the room, if several servers share the database. */
  readonly node?: NodeId | null
  /** How often the room went to another node. */
  readonly epoch?: number
  /** Who sits in the room, as its node has written it last. */
  readonly seated?: readonly User[]
}

export interface ChatDocument {
  readonly room: RoomId
  readonly seq: Seq
  readonly user: User
  readonly clientMessageId: ClientMessageId
  readonly chat?: string
  readonly gif?: PostedGif
  readonly replyTo?: Seq
  /** Whether a bot said it. */
  readonly bot?: true
  readonly createdAt: Date
  /**
   * The bytes that all messages of the room had before this one, and with it. So the first and the
   * last that are kept tell how many bytes are kept.
   */
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** Written after the last byte of a GIF. `_id` is the `files_id` of its chunks. */
export interface GifDocument {
  readonly _id: Types.ObjectId
  readonly room: RoomId
  readonly info: GifInfo
  /** Set before a message with it is forgotten. Otherwise its messages tell that it was posted. */
  readonly isPosted?: boolean
}

/** A part of a GIF's bytes, as GridFS has them. */
interface ChunkDocument {
  readonly files_id: Types.ObjectId
  readonly n: number
  readonly data: Buffer
}

interface SettingDocument {
  readonly _id: string
  readonly value: string
}

/** Who owns the database (`MongoOwnership`). */
interface OwnerDocument {
  readonly _id: string
  readonly holder: string
  readonly counter: number
  /** Where its process is, as `placeOfThisProcess` says. */
  readonly place: string
}

/** A living node, if several servers share the database (`MongoNodes`). */
interface NodeDocument {
  readonly _id: NodeId
  readonly counter: number
  /** Where its process is, as `placeOfThisProcess` says. */
  readonly place: string
}

/** A room that went to another node (`MongoTakeovers`). `_id` is the room and its epoch. */
interface TakeoverDocument {
  readonly _id: string
  readonly room: RoomId
  readonly node: NodeId
}

const user = { _id: false, id: { type: String, required: true }, color: { type: String, required: true } }

const gifInfo = {
  _id: false,
  id: { type: String, required: true },
  bytes: { type: Number, required: true },
  width: { type: Number, required: true },
  height: { type: Number, required: true },
  frames: { type: Number, required: true },
  durationMs: { type: Number, required: true },
}

const roomSchema = new Schema<RoomDocument>(
  {
    _id: { type: String, required: true },
    title: { type: String, required: true },
    max: { type: Number, required: true, default: 10, min: 2 },
    owner: { type: user, required: true },
    password: { type: String, default: null },
    createdAt: { type: Date, default: Date.now },
    node: String,
    epoch: Number,
    seated: { type: [user], default: undefined },
  },
  { versionKey: false },
)
roomSchema.index({ node: 1 })

const chatSchema = new Schema<ChatDocument>(
  {
    room: { type: String, ref: 'Room', required: true },
    seq: { type: Number, required: true },
    user: { type: user, required: true },
    clientMessageId: { type: String, required: true },
    chat: String,
    gif: { type: { ...gifInfo, name: { type: String, required: true } } },
    replyTo: Number,
    bot: Boolean,
    createdAt: { type: Date, default: Date.now },
    bytesBefore: { type: Number, required: true },
    bytesAfter: { type: Number, required: true },
  },
  { versionKey: false },
)
chatSchema.index({ room: 1, seq: 1 }, { unique: true })
chatSchema.index({ room: 1, 'user.id': 1, clientMessageId: 1 }, { unique: true })

const gifSchema = new Schema<GifDocument>(
  {
    room: { type: String, ref: 'Room', required: true },
    info: { type: gifInfo, required: true },
    isPosted: Boolean,
  },
  { versionKey: false },
)
gifSchema.index({ room: 1, 'info.id': 1 })

const chunkSchema = new Schema<ChunkDocument>(
  {
    files_id: { type: Schema.Types.ObjectId, required: true },
    n: { type: Number, required: true },
    data: { type: Buffer, required: true },
  },
  { versionKey: false, collection: 'gif.chunks' },
)
chunkSchema.index({ files_id: 1, n: 1 }, { unique: true })

const settingSchema = new Schema<SettingDocument>(
  { _id: { type: String, required: true }, value: { type: String, required: true } },
  { versionKey: false },
)

const ownerSchema = new Schema<OwnerDocument>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    counter: { type: Number, required: true },
    place: String,
  },
  { versionKey: false },
)

const nodeSchema = new Schema<NodeDocument>(
  { _id: { type: String, required: true }, counter: { type: Number, required: true }, place: String },
  { versionKey: false },
)

const takeoverSchema = new Schema<TakeoverDocument>(
  { _id: { type: String, required: true }, room: String, node: String },
  { versionKey: false },
)
takeoverSchema.index({ room: 1 })

export type Models = ReturnType<typeof mongoModelsOn>

/** The models on a connection. Nobody has made their indexes yet. */
export function mongoModelsOn(connection: Connection) {
  return {
    Room: connection.model('Room', roomSchema),
    Chat: connection.model('Chat', chatSchema),
    Gif: connection.model('Gif', gifSchema),
    Chunk: connection.model('Chunk', chunkSchema),
    Setting: connection.model('Setting', settingSchema),
    Owner: connection.model('Owner', ownerSchema),
    Node: connection.model('Node', nodeSchema),
    Takeover: connection.model('Takeover', takeoverSchema),
  }
}

/** The message that a document keeps. */
export function messageOfMongoChat({
  seq,
  user,
  clientMessageId,
  createdAt,
  chat,
  gif,
  replyTo,
  bot,
}: ChatDocument): ChatMessage {
  const fields = {
    seq,
    user,
    clientMessageId,
    createdAt: createdAt.getTime(),
    ...(replyTo !== undefined && { replyTo }),
    ...(bot && { bot }),
  }
  return gif === undefined ? { ...fields, text: chat ?? '' } : { ...fields, gif }
}
