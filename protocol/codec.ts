import type { z } from 'zod'
import { type ClientMessage, type ClientMessageInput, clientMessageSchema } from './client-messages.ts'
import { isFrameBeyondRequest } from './frame-shape.ts'
import { LIMITS } from './limits.ts'
import type { ChatMessage, RoomId } from './model.ts'
import { type ServerMessage, serverMessageSchema } from './server-messages.ts'

/** The WebSocket subprotocol that both sides must name (PROTOCOL.md F1). */
export const SUBPROTOCOL = 'gifchat.v1'

/** A decoded frame, or what is wrong with it. */
type Decoded<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  /** An object with an id, so it can be answered: with `unknownType` if its type is the fault. */
  | {
      readonly kind: 'invalidRequest'
      readonly id: string
      readonly isUnknownType: boolean
      readonly field: string
      readonly problem: string
    }
  /**
   * Not JSON, not an object, or without a usable id. It can't be answered, so the connection
   * closes.
   */
  | { readonly kind: 'invalidFrame'; readonly problem: string }

/** Reads one text frame from a client (PROTOCOL.md F2). */
export const decodeClientMessage = (frame: string): Decoded<ClientMessage> =>
  isFrameBeyondRequest(frame)
    ? { kind: 'invalidFrame', problem: 'the frame holds more values than a request has' }
    : decodeFrame(frame, clientMessageSchema)

/** A decoded frame of a server's, or what it is instead. */
type DecodedServerFrame =
  | { readonly kind: 'message'; readonly message: ServerMessage }
  /** Of a later version (PROTOCOL.md F5); `id` is that of the request that it answers, if any. */
  | { readonly kind: 'unknownType'; readonly id: string | undefined }
  /** Not JSON, or no object with a type. */
  | { readonly kind: 'unreadable' }
  /** Of a known type, and not as a server of this protocol sends it (PROTOCOL.md L5). */
  | { readonly kind: 'broken'; readonly problem: string }

/** Reads one text frame from a server. */
export function decodeServerMessage(frame: string): DecodedServerFrame {
  const value = parseJson(frame)
  const result = serverMessageSchema.safeParse(value)
  if (result.success) return { kind: 'message', message: result.data }
  if (typeof value !== 'object' || value === null || !hasTextualType(value)) return { kind: 'unreadable' }
  const issue = result.error.issues[0]
  if (isOfUnknownType(issue)) return { kind: 'unknownType', id: usableRequestId(value) }
  return { kind: 'broken', problem: `${faultyFieldOf(issue)}: ${issue?.message ?? 'invalid'}` }
}

export const encodeClientMessage = (message: ClientMessageInput): string => JSON.stringify(message)

export const encodeServerMessage = (message: ServerMessage): string => JSON.stringify(message)

/** Messages as JSON with commas between them, without the brackets of an array. */
export type EncodedMessages = string

/**
 * The newest of `messages`, which are in order of `seq`: as many as have `bytes` together, and one
 * at least.
 */
export function encodeNewestChatMessages(messages: readonly ChatMessage[], bytes: number): EncodedMessages {
  const encoded: string[] = []
  let left = bytes
  for (const message of messages.toReversed()) {
    const text = JSON.stringify(message)
    left -= Buffer.byteLength(text) + ','.length
    if (left < 0 && encoded.length > 0) break
    encoded.push(text)
  }
  return encoded.reverse().join()
}

type Without<Key extends string, Message> = Message extends unknown ? Readonly<Omit<Message, Key>> : never

/** Encodes an answer whose messages are encoded already. */
export const encodeServerAnswer = (
  answer: Without<'messages', Extract<ServerMessage, { type: 'chat.joined' | 'chat.history' }>>,
  messages: EncodedMessages,
): string => `${JSON.stringify(answer).slice(0, -1)},"messages":[${messages}]}`

/**
 * Where the message lies in every `chat.chat` of `room`: how many bytes stand before it, and how
 * many after it.
 */
export function messagePlaceInFrame(room: RoomId): { readonly fromStart: number; readonly fromEnd: number } {
  const around = JSON.stringify({ type: 'chat.chat', room, message: 0 })
  return { fromStart: Buffer.byteLength(around) - '0}'.length, fromEnd: '}'.length }
}

/** The request id of a frame that is refused unread. Undefined when it can't be answered. */
export const requestIdInFrame = (frame: string): string | undefined =>
  isFrameBeyondRequest(frame) ? undefined : usableRequestId(parseJson(frame))

function decodeFrame<Message>(frame: string, schema: z.ZodType<Message>): Decoded<Message> {
  const value = parseJson(frame)
  if (value === undefined) return { kind: 'invalidFrame', problem: 'the frame is not JSON' }
  const result = schema.safeParse(value)
  if (result.success) return { kind: 'message', message: result.data }
  const id = usableRequestId(value)
  if (id === undefined) {
    return { kind: 'invalidFrame', problem: 'the frame is not a JSON object with a usable id' }
  }
  const issue = result.error.issues[0]
  const isUnknownType = isOfUnknownType(issue)
  return {
    kind: 'invalidRequest',
    id,
    isUnknownType,
    field: faultyFieldOf(issue),
    // It may quote the frame.
    problem: (issue?.message ?? 'invalid').slice(0, LIMITS.errorLength),
  }
}

const isOfUnknownType = (issue: z.core.$ZodIssue | undefined): boolean =>
  issue?.code === 'invalid_union' && issue.path[0] === 'type'

const hasTextualType = (value: object): boolean => 'type' in value && typeof value.type === 'string'

/** The frame's JSON value, or undefined when it is not JSON. No JSON value is undefined. */
function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame)
  } catch {
    return undefined
  }
}

function usableRequestId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('id' in value))
    return undefined
  const { id } = value
  const isUsable =
    typeof id === 'string' && id.length > 0 && id.length <= LIMITS.idLength && id.isWellFormed()
  return isUsable ? id : undefined
}

function faultyFieldOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return ''
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  return path.join('.').slice(0, 64)
}
