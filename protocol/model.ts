import { z } from 'zod'
import { codePointLength, LIMITS } from './limits.ts'
import { visibleTitle } from './room-title.ts'

/**
 * A character that can be seen: no control, no space, and none that Unicode tells programs to
 * ignore.
 */
const VISIBLE = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u

/** Whether a reader would see something of `text` (PROTOCOL.md M2). */
export const isVisibleText = (text: string): boolean => VISIBLE.test(text)

// A code point has at most two code units, so code points are counted only near the limit.
const atMostCodePoints = (limit: number) => (text: string) =>
  text.length <= limit || (text.length <= 2 * limit && codePointLength(text) <= limit)

/**
 * Checks all in one refinement, which is faster: each message has a few ids. A lone surrogate has
 * no UTF-8, so such an id would come back as another one from a store or a socket (PROTOCOL.md F3).
 */
export const idSchema = (limit: number) =>
  z
    .string()
    .refine(
      id => id.length > 0 && id.length <= limit && id.isWellFormed(),
      `an id has 1 to ${limit} characters of Unicode`,
    )

/**
 * An id that a server gives. It may be put into an address, a command line or a screen unchanged,
 * since none of its characters has a meaning there.
 */
const serverIdSchema = z.string().regex(/^[\w-]{1,32}$/, 'an id has 1 to 32 letters, digits, _ and -')

export const roomIdSchema = serverIdSchema
export const seqSchema = z.int().min(0)
/** The `seq` of a stored message. */
export const replyToSchema = z.int().min(1)
export const userIdSchema = serverIdSchema

/** Visible ASCII: what goes back to the server as it came, in a frame or in a header of HTTP. */
const opaqueSchema = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[!-~]+$/)

export const tokenSchema = opaqueSchema(LIMITS.tokenLength)
export const cursorSchema = opaqueSchema(LIMITS.cursorLength)

/** Milliseconds since 1970-01-01 UTC, up to the last that a calendar has. */
export const timeSchema = z.int().min(0).max(8.64e15)

/** A text of others as it arrives: the server has checked the rest of its form already. */
export const receivedTextSchema = (longest: number) =>
  z.string().refine(atMostCodePoints(longest), `a text has at most ${longest} characters here`)

/**
 * A list of at most `most` of `item`. The length is checked before the items. Otherwise a list of
 * millions of wrong items would become as many reports of faults.
 */
export const boundedListSchema = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .custom<readonly unknown[]>(
      value => Array.isArray(value) && value.length <= most,
      `at most ${most} of these`,
    )
    .pipe(z.array(item))

/** People who sit in a room. */
export const peopleSchema = z.int().min(0).max(LIMITS.roomMaxHighest)

/** A room's title: one line, of which everything can be seen (PROTOCOL.md R2). */
export const titleSchema = z
  .string()
  // A frame full of joiners would take the server long to look through.
  .refine(atMostCodePoints(LIMITS.titleAsSentLength), {
    error: `a title has at most ${LIMITS.titleLength} characters`,
    abort: true,
  })
  .overwrite(visibleTitle)
  .refine(isVisibleText, 'a room needs a title that can be seen')
  .refine(atMostCodePoints(LIMITS.titleLength), `a title has at most ${LIMITS.titleLength} characters`)

/** For how many people a room is (PROTOCOL.md R3). */
export const roomMaxSchema = z
  .int('how many people a room is for is a whole number')
  .min(LIMITS.roomMaxLowest, `a room is for at least ${LIMITS.roomMaxLowest} people`)
  .max(LIMITS.roomMaxHighest, `a room is for at most ${LIMITS.roomMaxHighest} people`)

/** The text of a message: visible, and at most 2,000 code points (PROTOCOL.md M2). */
export const textSchema = z
  .string()
  .overwrite(text => text.toWellFormed())
  .refine(isVisibleText, 'a message needs something that can be seen')
  .refine(atMostCodePoints(LIMITS.textLength), `a message has at most ${LIMITS.textLength} characters`)

export const passwordSchema = z
  .string()
  .min(1, 'a password needs at least one character')
  .refine(
    atMostCodePoints(LIMITS.passwordLength),
    `a password has at most ${LIMITS.passwordLength} characters`,
  )

/** Names one message of one user in one room, so that a resend is harmless (PROTOCOL.md D3). */
export const clientMessageIdSchema = idSchema(LIMITS.idLength)

export const gifIdSchema = z.string().regex(/^[\w-]{22}$/, 'not the id of a GIF')

export const gifNameSchema = z
  .string()
  .overwrite(name => name.toWellFormed())
  .refine(
    atMostCodePoints(LIMITS.gifNameLength),
    `a file name has at most ${LIMITS.gifNameLength} characters`,
  )

/**
 * A person as others see them. The server derives both fields from the session id (PROTOCOL.md I3).
 */
export const userSchema = z.object({
  id: userIdSchema,
  /** `#RRGGBB`, upper case. */
  color: z.string().regex(/^#[0-9A-F]{6}$/),
})

/**
 * What a client is: a person has a seat, a bot posts without one, and an observer only reads
 * (PROTOCOL.md C9).
 */
export const roleSchema = z.enum(['person', 'bot', 'observer'])

/** A room as the lobby shows it. */
export const roomSummarySchema = z.object({
  id: roomIdSchema,
  title: receivedTextSchema(LIMITS.titleLength),
  /** How many seats are taken, including those held through a short disconnect. */
  people: peopleSchema,
  max: roomMaxSchema,
  hasPassword: z.boolean(),
  owner: userSchema,
  createdAt: timeSchema,
})

/** What the server has found out about a GIF. */
export const gifInfoSchema = z.object({
  /** The first 128 bits of the bytes' SHA-256, as 22 characters of base64url. */
  id: gifIdSchema,
  bytes: z.int().min(0).max(LIMITS.gifBytesHighest),
  width: z.int().min(0).max(LIMITS.gifSide),
  height: z.int().min(0).max(LIMITS.gifSide),
  frames: z.int().min(0).max(LIMITS.gifFrames),
  /** Milliseconds of one loop, with each delay as the file states it. */
  durationMs: z
    .int()
    .min(0)
    .max(LIMITS.gifFrames * LIMITS.gifFrameMs),
})

/** A posted GIF: its facts, and the file name that its sender gave it. */
const postedGifSchema = gifInfoSchema.extend({ name: receivedTextSchema(LIMITS.gifNameLength) })

const messageFields = {
  seq: seqSchema,
  user: userSchema,
  clientMessageId: clientMessageIdSchema,
  createdAt: timeSchema,
  /** The `seq` of the message that this one answers (PROTOCOL.md M5). */
  replyTo: replyToSchema.optional(),
  /** Whether a bot posted it (PROTOCOL.md C9). */
  bot: z.literal(true).optional(),
}

/** One message of a room's history: a text or a GIF. */
export const chatMessageSchema = z.union([
  z.object({ ...messageFields, text: receivedTextSchema(LIMITS.textLength) }),
  z.object({ ...messageFields, gif: postedGifSchema }),
])

export type RoomId = z.infer<typeof roomIdSchema>
export type Seq = z.infer<typeof seqSchema>
export type UserId = z.infer<typeof userIdSchema>
export type ClientMessageId = z.infer<typeof clientMessageIdSchema>
export type GifId = z.infer<typeof gifIdSchema>
export type Role = z.infer<typeof roleSchema>
export type User = Readonly<z.infer<typeof userSchema>>
export type RoomSummary = Readonly<z.infer<typeof roomSummarySchema>>
export type GifInfo = Readonly<z.infer<typeof gifInfoSchema>>
export type PostedGif = Readonly<z.infer<typeof postedGifSchema>>
export type ChatMessage = Readonly<z.infer<typeof chatMessageSchema>>

/** Four characters that tell apart two people of one colour. */
export const userTagOf = (user: User): string => user.id.slice(0, 4)
