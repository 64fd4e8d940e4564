import { z } from 'zod'
import { requestIdSchema } from './client-messages.ts'
import { ERROR_CODE_NAMES } from './error-codes.ts'
import {
  chatMessageSchema,
  clientMessageIdSchema,
  roomIdSchema,
  roomSummarySchema,
  seqSchema,
  userSchema,
} from './model.ts'

// Objects here are open, not strict: a client must ignore fields it does not know (PROTOCOL.md F5).

/** server → client, the answers: each names its request. */
const answerSchemas = [
  z.object({
    type: z.literal('welcome'),
    id: requestIdSchema,
    /** To be kept in secret and shown at the next `hello` and with every HTTP call. */
    token: z.string(),
    user: userSchema,
    /** `known`: the token was good; `new`: none was shown; `replaced`: the one shown was not this server's. */
    identity: z.enum(['known', 'new', 'replaced']),
    /** For people and logs: `gifchat/0.1.0`. */
    server: z.string(),
  }),
  z.object({
    type: z.literal('room.list'),
    id: requestIdSchema,
    rooms: z.array(roomSummarySchema),
    /** Shows the way to the next page; null on the last. */
    cursor: z.string().nullable(),
    /** Rooms there are, on all pages. */
    total: z.int(),
  }),
  z.object({ type: z.literal('room.unsubscribed'), id: requestIdSchema }),
  z.object({ type: z.literal('room.created'), id: requestIdSchema, room: roomSummarySchema }),
  z.object({
    type: z.literal('chat.joined'),
    id: requestIdSchema,
    room: roomSummarySchema,
    members: z.array(userSchema),
    /** In order of `seq`: after `sinceSeq` for a resume, else the newest 50. */
    messages: z.array(chatMessageSchema),
    /** The room's newest `seq`, 0 when nothing was said. */
    lastSeq: seqSchema,
    /** True when messages between `sinceSeq` and the first of `messages` were left out (PROTOCOL.md D7). */
    gap: z.boolean(),
  }),
  z.object({ type: z.literal('chat.left'), id: requestIdSchema, room: roomIdSchema }),
  z.object({
    type: z.literal('chat.ack'),
    id: requestIdSchema,
    room: roomIdSchema,
    clientMessageId: clientMessageIdSchema,
    seq: seqSchema,
    createdAt: z.int(),
  }),
  z.object({ type: z.literal('chat.typed'), id: requestIdSchema, room: roomIdSchema }),
  z.object({
    type: z.literal('chat.history'),
    id: requestIdSchema,
    room: roomIdSchema,
    /** In order of `seq`. */
    messages: z.array(chatMessageSchema),
  }),
  z.object({
    type: z.literal('error'),
    id: requestIdSchema,
    code: z.enum(ERROR_CODE_NAMES),
    /** A sentence in English that says what to do. */
    message: z.string(),
    retryAfterMs: z.int().optional(),
    field: z.string().optional(),
    reason: z.string().optional(),
  }),
] as const

/** server → client, room channel: told to who subscribed (PROTOCOL.md R5). */
const roomEventSchemas = [
  z.object({ type: z.literal('room.newRoom'), room: roomSummarySchema }),
  z.object({ type: z.literal('room.roomChanged'), room: roomIdSchema, people: z.int() }),
  z.object({ type: z.literal('room.removeRoom'), room: roomIdSchema }),
] as const

/** server → client, chat channel: told to who sits in the room (PROTOCOL.md §6). */
const chatEventSchemas = [
  z.object({ type: z.literal('chat.chat'), room: roomIdSchema, message: chatMessageSchema }),
  /** `users` came in since the last such frame; `people` sit there now. */
  z.object({ type: z.literal('chat.join'), room: roomIdSchema, users: z.array(userSchema), people: z.int() }),
  z.object({ type: z.literal('chat.exit'), room: roomIdSchema, users: z.array(userSchema), people: z.int() }),
  /** Some of those who wrote something in the last moment; nothing tells when they stop (PROTOCOL.md C8). */
  z.object({ type: z.literal('chat.typing'), room: roomIdSchema, users: z.array(userSchema) }),
] as const

/** server → client: the server goes down in a moment and wants each client back after its own wait (PROTOCOL.md D9). */
const serverRestartSchema = z.object({ type: z.literal('serverRestart'), retryAfterMs: z.int() })

export const serverMessageSchema = z.discriminatedUnion('type', [
  ...answerSchemas,
  ...roomEventSchemas,
  ...chatEventSchemas,
  serverRestartSchema,
])

/** Anything a server may say. */
export type ServerMessage = Readonly<z.infer<typeof serverMessageSchema>>
/** What answers a request: all that carries an id. */
export type ServerAnswer = Extract<ServerMessage, { id: string }>
/** What nobody asked for. */
export type ServerEvent = Exclude<ServerMessage, { id: string }>
export type ServerAnswerTo<Type extends ServerAnswer['type']> = Extract<ServerAnswer, { type: Type }>

/** What a GIF upload answers on success, and every HTTP call on failure (PROTOCOL.md §10). */
export const httpErrorSchema = z.object({
  code: z.enum(ERROR_CODE_NAMES),
  message: z.string(),
  retryAfterMs: z.int().optional(),
  field: z.string().optional(),
  reason: z.string().optional(),
})
export type HttpError = Readonly<z.infer<typeof httpErrorSchema>>
