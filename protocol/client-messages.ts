import { z } from 'zod'
import { LIMITS } from './limits.ts'
import {
  clientMessageIdSchema,
  gifIdSchema,
  gifNameSchema,
  idOfAtMost,
  passwordSchema,
  replyToSchema,
  roomIdSchema,
  roomMaxSchema,
  seqSchema,
  textSchema,
  titleSchema,
} from './model.ts'

/** Chosen by the client; every answer and every error names the request it belongs to (PROTOCOL.md F3). */
export const requestIdSchema = idOfAtMost(LIMITS.idLength)

/** client → server, first: who I was, if I was somebody (PROTOCOL.md I1). */
const helloSchema = z.strictObject({
  type: z.literal('hello'),
  id: requestIdSchema,
  token: z.string().max(LIMITS.tokenLength).optional(),
  /** Free text for the server's log, as in a User-Agent header. */
  client: z.string().max(64).optional(),
})

const page = { cursor: z.string().max(32).optional(), limit: z.int().min(1).max(LIMITS.roomPage).optional() }

/** client → server, room channel: what the lobby can be asked (PROTOCOL.md §5). */
const roomRequestSchemas = [
  z.strictObject({ type: z.literal('room.list'), id: requestIdSchema, ...page }),
  z.strictObject({ type: z.literal('room.subscribe'), id: requestIdSchema, limit: page.limit }),
  z.strictObject({ type: z.literal('room.unsubscribe'), id: requestIdSchema }),
  z.strictObject({
    type: z.literal('room.create'),
    id: requestIdSchema,
    title: titleSchema,
    max: roomMaxSchema.default(LIMITS.roomMaxDefault),
    password: passwordSchema.optional(),
  }),
] as const

/** client → server, chat channel: what a room can be asked (PROTOCOL.md §6). */
const chatRequestSchemas = [
  z.strictObject({
    type: z.literal('chat.join'),
    id: requestIdSchema,
    room: roomIdSchema,
    password: z
      .string()
      .max(LIMITS.passwordLength * 2)
      .optional(),
    /** The last `seq` this client has seen of the room; with it, a join is a resume (PROTOCOL.md D6). */
    sinceSeq: seqSchema.optional(),
  }),
  z.strictObject({ type: z.literal('chat.leave'), id: requestIdSchema, room: roomIdSchema }),
  z.strictObject({
    type: z.literal('chat.send'),
    id: requestIdSchema,
    room: roomIdSchema,
    clientMessageId: clientMessageIdSchema,
    text: textSchema,
    replyTo: replyToSchema.optional(),
  }),
  z.strictObject({
    type: z.literal('chat.sendGif'),
    id: requestIdSchema,
    room: roomIdSchema,
    clientMessageId: clientMessageIdSchema,
    /** A GIF uploaded to this room before (PROTOCOL.md G1). */
    gif: gifIdSchema,
    name: gifNameSchema,
    replyTo: replyToSchema.optional(),
  }),
  /** My user is writing: worth a hint to the others, and nothing more (PROTOCOL.md C8). */
  z.strictObject({ type: z.literal('chat.typing'), id: requestIdSchema, room: roomIdSchema }),
  z.strictObject({
    type: z.literal('chat.history'),
    id: requestIdSchema,
    room: roomIdSchema,
    /** Only messages with a smaller `seq`; the newest come when it is left out. */
    beforeSeq: seqSchema.optional(),
    limit: z.int().min(1).max(LIMITS.historyPage).optional(),
  }),
] as const

export const clientMessageSchema = z.discriminatedUnion('type', [
  helloSchema,
  ...roomRequestSchemas,
  ...chatRequestSchemas,
])

/** Anything a client may say, decoded: trimmed, with defaults filled in. */
export type ClientMessage = Readonly<z.output<typeof clientMessageSchema>>
export type ClientMessageType = ClientMessage['type']
/** Anything a client may say, as it goes on the wire. */
export type ClientMessageInput = Readonly<z.input<typeof clientMessageSchema>>
/** One kind of request, by its type. */
export type ClientRequest<Type extends ClientMessageType> = Extract<ClientMessage, { type: Type }>
