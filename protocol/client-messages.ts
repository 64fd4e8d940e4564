import { z } from 'zod'
import { LIMITS } from './limits.ts'
import {
  clientMessageIdSchema,
  cursorSchema,
  gifIdSchema,
  gifNameSchema,
  idSchema,
  passwordSchema,
  replyToSchema,
  roleSchema,
  roomIdSchema,
  roomMaxSchema,
  seqSchema,
  textSchema,
  titleSchema,
} from './model.ts'

/**
 * The client chooses it. Every answer and every error names the request it belongs to (PROTOCOL.md
 * F3).
 */
export const requestIdSchema = idSchema(LIMITS.idLength)

/** client → server, first: the client's identity, if it has one (PROTOCOL.md I1). */
const helloSchema = z.strictObject({
  type: z.literal('hello'),
  id: requestIdSchema,
  token: z.string().max(LIMITS.tokenLength).optional(),
  /** Free text for the server's log, as in a User-Agent header. */
  client: z.string().max(64).optional(),
  /** What the client is in its rooms. Without it, it is a person. */
  role: roleSchema.optional(),
})

const page = {
  cursor: cursorSchema.optional(),
  limit: z.int().min(1).max(LIMITS.roomPage).optional(),
}

/** client → server, room channel: requests to the lobby (PROTOCOL.md §5). */
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

/** client → server, chat channel: requests to a room (PROTOCOL.md §6). */
const chatRequestSchemas = [
  z.strictObject({
    type: z.literal('chat.join'),
    id: requestIdSchema,
    room: roomIdSchema,
    password: z
      .string()
      .min(1)
      .max(LIMITS.passwordLength * 2)
      .optional(),
    /**
     * The last `seq` of the room that this client has seen. It makes the join a resume (PROTOCOL.md
     * D6).
     */
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
    /** A GIF that was uploaded to this room before (PROTOCOL.md G1). */
    gif: gifIdSchema,
    name: gifNameSchema,
    replyTo: replyToSchema.optional(),
  }),
  /** This user is writing. The others may be told, and nothing is stored (PROTOCOL.md C8). */
  z.strictObject({ type: z.literal('chat.typing'), id: requestIdSchema, room: roomIdSchema }),
  z.strictObject({
    type: z.literal('chat.history'),
    id: requestIdSchema,
    room: roomIdSchema,
    /** Only messages with a smaller `seq`. Without it, the newest messages come. */
    beforeSeq: seqSchema.optional(),
    limit: z.int().min(1).max(LIMITS.historyPage).optional(),
  }),
] as const

export const clientMessageSchema = z.discriminatedUnion('type', [
  helloSchema,
  ...roomRequestSchemas,
  ...chatRequestSchemas,
])

/** Any message of a client, decoded: trimmed, and with defaults filled in. */
export type ClientMessage = Readonly<z.output<typeof clientMessageSchema>>
export type ClientMessageType = ClientMessage['type']
/** Any message of a client, as it goes on the wire. */
export type ClientMessageInput = Readonly<z.input<typeof clientMessageSchema>>
/** One kind of request, by its type. */
export type ClientRequest<Type extends ClientMessageType> = Extract<ClientMessage, { type: Type }>
