import { z } from 'zod'
import { requestIdSchema } from './client-messages.ts'
import { ERROR_CODE_NAMES } from './error-codes.ts'
import { LIMITS } from './limits.ts'
import {
  boundedListSchema,
  chatMessageSchema,
  clientMessageIdSchema,
  cursorSchema,
  peopleSchema,
  receivedTextSchema,
  roomIdSchema,
  roomSummarySchema,
  seqSchema,
  timeSchema,
  tokenSchema,
  userSchema,
} from './model.ts'

// Objects here are not strict: a client must ignore fields that it does not know (PROTOCOL.md F5).
// Everything else has the bounds that a server keeps anyway. So an impostor can't make a client
// hold, draw or store more than a server would (PROTOCOL.md L5).

/** Bots or observers of a room. */
const attendantsSchema = boundedListSchema(userSchema, LIMITS.attendantsListed)

const retryAfterSchema = z.int().min(0).max(LIMITS.retryAfterMs)

const errorFields = {
  /** A code of a later server's counts as a fault of that server's. */
  code: z.enum(ERROR_CODE_NAMES).catch('internal'),
  /** A sentence in English that says what to do. */
  message: receivedTextSchema(LIMITS.errorLength),
  retryAfterMs: retryAfterSchema.optional(),
  field: receivedTextSchema(LIMITS.idLength).optional(),
  reason: receivedTextSchema(LIMITS.idLength).optional(),
}

/** server → client: answers. Each names its request. */
const answerSchemas = [
  z.object({
    type: z.literal('welcome'),
    id: requestIdSchema,
    /** A secret. The client shows it at the next `hello` and with every HTTP call. */
    token: tokenSchema,
    user: userSchema,
    /**
     * `known`: the token was valid. `new`: there was none. `replaced`: it was not one of this
     * server.
     */
    identity: z.enum(['known', 'new', 'replaced']),
    /** For people and logs, such as `gifchat/0.1.0`. */
    server: receivedTextSchema(LIMITS.serverNameLength),
    /** The most bytes of a GIF file. A server that does not say takes `LIMITS.gifBytes`. */
    gifBytes: z.int().min(1).max(LIMITS.gifBytesHighest).optional(),
  }),
  z.object({
    type: z.literal('room.list'),
    id: requestIdSchema,
    rooms: boundedListSchema(roomSummarySchema, LIMITS.roomPage),
    /** Asks for the next page. Null on the last one. */
    cursor: cursorSchema.nullable(),
    /** How many rooms there are on all pages. */
    total: z.int().min(0).max(LIMITS.roomsListed),
  }),
  z.object({ type: z.literal('room.unsubscribed'), id: requestIdSchema }),
  z.object({ type: z.literal('room.created'), id: requestIdSchema, room: roomSummarySchema }),
  z.object({
    type: z.literal('chat.joined'),
    id: requestIdSchema,
    room: roomSummarySchema,
    members: boundedListSchema(userSchema, LIMITS.roomMaxHighest),
    /** How many connections this person has in the room, this one included. */
    connections: z.int().min(1).max(LIMITS.connectionsOfPerson).optional(),
    /** Left out while there are none, and by older servers. */
    bots: attendantsSchema.optional(),
    observers: attendantsSchema.optional(),
    /** In order of `seq`. For a resume, those after `sinceSeq`; otherwise the newest 50. */
    messages: boundedListSchema(chatMessageSchema, LIMITS.resumeMessages),
    /** The room's newest `seq`; 0 when it has no message. */
    lastSeq: seqSchema,
    /**
     * True when messages between `sinceSeq` and the first of `messages` are left out (PROTOCOL.md
     * D7).
     */
    gap: z.boolean(),
  }),
  z.object({ type: z.literal('chat.left'), id: requestIdSchema, room: roomIdSchema }),
  z.object({
    type: z.literal('chat.ack'),
    id: requestIdSchema,
    room: roomIdSchema,
    clientMessageId: clientMessageIdSchema,
    seq: seqSchema,
    createdAt: timeSchema,
  }),
  z.object({ type: z.literal('chat.typed'), id: requestIdSchema, room: roomIdSchema }),
  z.object({
    type: z.literal('chat.history'),
    id: requestIdSchema,
    room: roomIdSchema,
    /** In order of `seq`. */
    messages: boundedListSchema(chatMessageSchema, LIMITS.historyPage),
  }),
  z.object({ type: z.literal('error'), id: requestIdSchema, ...errorFields }),
] as const

/** server → client, room channel: events for subscribers (PROTOCOL.md R5). */
const roomEventSchemas = [
  z.object({ type: z.literal('room.newRoom'), room: roomSummarySchema }),
  z.object({ type: z.literal('room.roomChanged'), room: roomIdSchema, people: peopleSchema }),
  z.object({ type: z.literal('room.removeRoom'), room: roomIdSchema }),
] as const

/** Of a moment: more than a room holds, where its people change places meanwhile. */
const movedSchema = boundedListSchema(userSchema, 4 * LIMITS.roomMaxHighest)

/** server → client, chat channel: events for the members of a room (PROTOCOL.md §6). */
const chatEventSchemas = [
  z.object({ type: z.literal('chat.chat'), room: roomIdSchema, message: chatMessageSchema }),
  /** `users` have joined since the last such frame. `people` is how many seats are taken now. */
  z.object({ type: z.literal('chat.join'), room: roomIdSchema, users: movedSchema, people: peopleSchema }),
  z.object({ type: z.literal('chat.exit'), room: roomIdSchema, users: movedSchema, people: peopleSchema }),
  /** Who is in the room beside its people now: all bots and all observers (PROTOCOL.md C10). */
  z.object({
    type: z.literal('chat.attendants'),
    room: roomIdSchema,
    bots: attendantsSchema,
    observers: attendantsSchema,
  }),
  /** The room has ended. Only bots and observers can hear that (PROTOCOL.md C11). */
  z.object({ type: z.literal('chat.ended'), room: roomIdSchema }),
  /** Some of the people who are writing. No event tells that they have stopped (PROTOCOL.md C8). */
  z.object({
    type: z.literal('chat.typing'),
    room: roomIdSchema,
    users: boundedListSchema(userSchema, LIMITS.typingNamed),
  }),
] as const

/**
 * server → client: the server stops in a moment. Each client should come back after its own wait
 * (PROTOCOL.md D9).
 */
const serverRestartSchema = z.object({ type: z.literal('serverRestart'), retryAfterMs: retryAfterSchema })

export const serverMessageSchema = z.discriminatedUnion('type', [
  ...answerSchemas,
  ...roomEventSchemas,
  ...chatEventSchemas,
  serverRestartSchema,
])

/** Any message of a server. */
export type ServerMessage = Readonly<z.infer<typeof serverMessageSchema>>
/** A message that answers a request. It carries the request's id. */
export type ServerAnswer = Extract<ServerMessage, { id: string }>
/** A message that answers no request. */
export type ServerEvent = Exclude<ServerMessage, { id: string }>
export type ServerAnswerTo<Type extends ServerAnswer['type']> = Extract<ServerAnswer, { type: Type }>

/** The body of a failed HTTP call (PROTOCOL.md §10). */
export const httpErrorSchema = z.object(errorFields)
export type HttpError = Readonly<z.infer<typeof httpErrorSchema>>
