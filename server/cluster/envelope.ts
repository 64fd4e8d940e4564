import { z } from 'zod'
import { ERROR_CODE_NAMES } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import {
  boundedListSchema,
  clientMessageIdSchema,
  gifIdSchema,
  gifInfoSchema,
  gifNameSchema,
  peopleSchema,
  receivedTextSchema,
  replyToSchema,
  roleSchema,
  roomIdSchema,
  roomSummarySchema,
  seqSchema,
  timeSchema,
  userIdSchema,
  userSchema,
} from '../../protocol/model.ts'
import { roomStateSchema } from './room-state.ts'

/** Nodes that speak another version do not understand each other, and say so in their logs. */
const VERSION = 1

/** What may come in one envelope: bytes, and items. Nodes of this version send fewer bytes. */
const LARGEST_ENVELOPE = 16 * 1024 * 1024
export const MOST_ITEMS = 20_000
/** Rooms in one item of the lobby. */
export const LOBBY_ITEM_ROOMS = 500

const nodeIdSchema = z.string().regex(/^[\w-]{1,64}$/)
/** Numbers a request of one node. Its answer has the same. */
const askIdSchema = z.int().min(1)
/** Numbers the connections that a node has in a room. */
const memberSchema = z.int().min(1)
const room = roomIdSchema
const addressSchema = z.string().max(200)
/** Bytes after the head, which belong to this item. */
const bytes = z.int().min(0).max(LARGEST_ENVELOPE)
const people = boundedListSchema(userSchema, LIMITS.roomMaxHighest)
const attendants = boundedListSchema(userSchema, LIMITS.attendantsListed)
const shortTextSchema = z.string().max(LIMITS.errorLength)

/**
 * From a node to the owner of a room. Those with an `id` are answered by one item with the same
 * `id`.
 */
const requestSchemas = [
  z.object({
    kind: z.literal('join'),
    id: askIdSchema,
    room,
    member: memberSchema,
    user: userSchema,
    role: roleSchema,
    address: addressSchema,
    password: z
      .string()
      .max(2 * LIMITS.passwordLength)
      .optional(),
    sinceSeq: seqSchema.optional(),
  }),
  /** All members that the node has in the room. The last message that they heard is `sinceSeq`. */
  z.object({
    kind: z.literal('attach'),
    id: askIdSchema,
    room,
    sinceSeq: seqSchema,
    members: boundedListSchema(
      z.object({ member: memberSchema, user: userSchema, role: roleSchema, address: addressSchema }),
      MOST_ITEMS,
    ),
    /** They were told of bots or observers, who may not be there any more. */
    knowsAttendants: z.boolean(),
  }),
  z.object({ kind: z.literal('leave'), room, member: memberSchema }),
  z.object({ kind: z.literal('disconnect'), room, member: memberSchema }),
  z.object({
    kind: z.literal('post'),
    id: askIdSchema,
    room,
    user: userSchema,
    clientMessageId: clientMessageIdSchema,
    text: receivedTextSchema(LIMITS.textLength),
    replyTo: replyToSchema.optional(),
    bot: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('postGif'),
    id: askIdSchema,
    room,
    user: userSchema,
    clientMessageId: clientMessageIdSchema,
    gif: gifIdSchema,
    name: gifNameSchema,
    replyTo: replyToSchema.optional(),
    bot: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('saveGif'), id: askIdSchema, room, gif: gifInfoSchema }),
  /** What became of the bytes for which `keepGif` asked. */
  z.object({ kind: z.literal('gifKept'), id: askIdSchema, outcome: z.enum(['kept', 'roomGone', 'failed']) }),
  z.object({
    kind: z.literal('readPage'),
    id: askIdSchema,
    room,
    beforeSeq: seqSchema.optional(),
    limit: z.int().min(1).max(LIMITS.historyPage),
  }),
  z.object({ kind: z.literal('isPresent'), id: askIdSchema, room, user: userIdSchema }),
  z.object({ kind: z.literal('typing'), room, user: userSchema }),
  /** The owner gives the room away to the node that is asked. */
  z.object({
    kind: z.literal('take'),
    id: askIdSchema,
    room,
    seated: people,
    /** GIFs that were uploaded and may still be posted. */
    unposted: boundedListSchema(gifInfoSchema.pick({ id: true, bytes: true }), MOST_ITEMS),
    /** What the next owner need not read in the store. */
    state: roomStateSchema.optional(),
  }),
] as const

const answerSchemas = [
  z.object({
    kind: z.literal('joined'),
    id: askIdSchema,
    room: roomSummarySchema,
    members: people,
    bots: attendants.optional(),
    observers: attendants.optional(),
    connections: z.int().min(1).max(LIMITS.connectionsOfPerson),
    lastSeq: seqSchema,
    gap: z.boolean(),
    bytes,
  }),
  z.object({
    kind: z.literal('attached'),
    id: askIdSchema,
    members: people,
    /** Members who have no seat any more. */
    refused: boundedListSchema(memberSchema, MOST_ITEMS),
    lastSeq: seqSchema,
    gap: z.boolean(),
    bytes,
  }),
  z.object({
    kind: z.literal('posted'),
    id: askIdSchema,
    seq: seqSchema,
    createdAt: timeSchema,
    isDuplicate: z.boolean(),
  }),
  z.object({ kind: z.literal('gifSaved'), id: askIdSchema }),
  z.object({ kind: z.literal('taken'), id: askIdSchema }),
  z.object({ kind: z.literal('pageRead'), id: askIdSchema, bytes }),
  z.object({ kind: z.literal('present'), id: askIdSchema, isPresent: z.boolean(), mayPost: z.boolean() }),
  z.object({
    kind: z.literal('refused'),
    id: askIdSchema,
    /** `notOwner` when the room is not with this node. */
    code: z.enum([...ERROR_CODE_NAMES, 'notOwner']),
    message: shortTextSchema,
    retryAfterMs: z.int().min(0).max(LIMITS.retryAfterMs).optional(),
    field: shortTextSchema.optional(),
    reason: shortTextSchema.optional(),
  }),
] as const

/** Before the answer to a request. */
const progressSchemas = [
  z.object({ kind: z.literal('standsInLine'), id: askIdSchema }),
  /** There is room for the GIF: its bytes may be stored. */
  z.object({ kind: z.literal('keepGif'), id: askIdSchema }),
] as const

/** From the owner of a room to the nodes with members there. */
const roomSchemas = [
  /** Finished frames for all members. `lastSeq` is that of the newest message so far. */
  z.object({ kind: z.literal('frames'), room, lastSeq: seqSchema, bytes }),
  /** The room is with this node no longer. It is with `to`, if that is known. */
  z.object({ kind: z.literal('moved'), room, to: nodeIdSchema.optional() }),
] as const

/** From each node to all others. */
const lobbySchemas = [
  /** Rooms that this node owns. From `isFirst` to `isLast`, it tells all of them anew. */
  z.object({
    kind: z.literal('roomsListed'),
    isFirst: z.boolean(),
    isLast: z.boolean(),
    rooms: boundedListSchema(roomSummarySchema, LOBBY_ITEM_ROOMS),
  }),
  z.object({
    kind: z.literal('peopleCounted'),
    rooms: boundedListSchema(z.object({ room, people: peopleSchema }), LOBBY_ITEM_ROOMS),
  }),
  z.object({ kind: z.literal('roomsEnded'), rooms: boundedListSchema(room, LOBBY_ITEM_ROOMS) }),
] as const

/** The sender has missed something from the receiver. */
const missedSchema = z.object({ kind: z.literal('missed') })

const itemSchema = z.discriminatedUnion('kind', [
  ...requestSchemas,
  ...answerSchemas,
  ...progressSchemas,
  ...roomSchemas,
  ...lobbySchemas,
  missedSchema,
])

const headSchema = z.object({
  version: z.literal(VERSION),
  from: nodeIdSchema,
  /** Counts the envelopes from this node to that one: 1, 2, 3, … */
  count: z.int().min(1),
  items: boundedListSchema(itemSchema, MOST_ITEMS),
})

export type WireItem = Readonly<z.infer<typeof itemSchema>>
export type WireKind = WireItem['kind']
export type WireItemOf<Kind extends WireKind> = Extract<WireItem, { kind: Kind }>
/** A connection of a node, as the owner of a room is told of it. */
export type NamedMember = WireItemOf<'attach'>['members'][number]
export type WireRequest = Readonly<z.infer<(typeof requestSchemas)[number]>>
/** What is told to whom it concerns, and not answered. */
export type WireNews = Readonly<z.infer<(typeof roomSchemas)[number] | (typeof lobbySchemas)[number]>>
export type WireLobbyNews = Readonly<z.infer<(typeof lobbySchemas)[number]>>
export type WireAnswer = Readonly<z.infer<(typeof answerSchemas)[number]>>

/** An item with the bytes that belong to it. */
export interface Parcel {
  readonly item: WireItem
  readonly body: Buffer
}

/** A parcel as it goes out. */
export interface PackedParcel {
  /** The item in JSON. */
  readonly json: string
  readonly body: Buffer
}

export const packNodeParcel = ({ item, body }: Parcel): PackedParcel => ({ json: JSON.stringify(item), body })

/** About how many bytes of an envelope the parcel takes. */
export const nodeParcelBytes = ({ json, body }: PackedParcel): number => Buffer.byteLength(json) + body.length

export interface Envelope {
  readonly from: string
  readonly count: number
  readonly parcels: readonly Parcel[]
}

/**
 * An envelope is a head in JSON, a line feed, and the bytes of its items in their order. JSON as
 * `JSON.stringify` makes it has no line feed.
 */
export function encodeEnvelope(
  { from, count }: Pick<Envelope, 'from' | 'count'>,
  parcels: readonly PackedParcel[],
): Buffer {
  const start = JSON.stringify({ version: VERSION, from, count }).slice(0, -1)
  const head = `${start},"items":[${parcels.map(({ json }) => json).join()}]}\n`
  return Buffer.concat([Buffer.from(head), ...parcels.map(({ body }) => body)])
}

/** Reads an envelope. Returns what is wrong with it when it is not one of this version. */
export function decodeEnvelope(bytes: Buffer): Envelope | { readonly problem: string } {
  if (bytes.length > LARGEST_ENVELOPE) return { problem: 'too large' }
  const end = bytes.indexOf(0x0a)
  const head = headSchema.safeParse(parseJson(bytes.toString('utf8', 0, Math.max(0, end))))
  if (!head.success) return { problem: head.error.issues[0]?.path.join('.') || 'not an envelope' }
  const { from, count, items } = head.data
  const parcels: Parcel[] = []
  let at = end + 1
  for (const item of items) {
    const size = 'bytes' in item ? item.bytes : 0
    parcels.push({ item, body: bytes.subarray(at, at + size) })
    at += size
  }
  return at === bytes.length ? { from, count, parcels } : { problem: 'wrong length' }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
