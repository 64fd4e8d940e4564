import { mongo } from 'mongoose'

/**
 * The layout of MongoDB's wire protocol:
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
const HEADER_BYTES = 16
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
/** Where the document of an OP_REPLY begins. */
const REPLY_DOCUMENT = 36
/** Where the sections of an OP_MSG begin. */
const MESSAGE_SECTIONS = 20

export type WireDocument = Readonly<Record<string, unknown>>

/** A command of a client, as it came over the wire. */
export interface WireCommand {
  /** Such as `insert`. */
  readonly name: string
  /** Undefined for a command that is about no collection. */
  readonly collection: string | undefined
  /** Its documents beside the body, such as those that `insert` stores, are counted here alone. */
  readonly body: WireDocument
  readonly requestId: number
}

/** Cuts a stream of bytes into messages. */
export class MessageStream {
  #rest: Buffer = Buffer.alloc(0)

  /** The messages that are whole after these bytes came. */
  take(bytes: Buffer): readonly Buffer[] {
    this.#rest = Buffer.concat([this.#rest, bytes])
    const messages: Buffer[] = []
    while (this.#rest.length >= 4 && this.#rest.length >= this.#rest.readInt32LE(0)) {
      const length = this.#rest.readInt32LE(0)
      messages.push(this.#rest.subarray(0, length))
      this.#rest = this.#rest.subarray(length)
    }
    return messages
  }
}

export const requestAnsweredBy = (message: Buffer): number => message.readInt32LE(8)

/** Reads the command in a message. The driver's first `hello` is an OP_QUERY. */
export function readCommand(message: Buffer): WireCommand {
  const body = documentAt(message, commandStart(message))
  const name = Object.keys(body)[0] ?? ''
  const collection = body[name]
  return {
    name,
    collection: typeof collection === 'string' ? collection : undefined,
    body,
    requestId: message.readInt32LE(4),
  }
}

/** The reply in a message with another document in its place. */
export function changeReply(message: Buffer, change: (reply: WireDocument) => WireDocument): Buffer {
  const start = message.readInt32LE(12) === OP_REPLY ? REPLY_DOCUMENT : MESSAGE_SECTIONS + 1
  const document = mongo.BSON.serialize(change(documentAt(message, start)))
  const changed = Buffer.concat([message.subarray(0, start), document])
  changed.writeInt32LE(changed.length, 0)
  return changed
}

/** An answer to a command that the server never saw. */
export function answerTo(command: Buffer, reply: WireDocument): Buffer {
  const document = mongo.BSON.serialize(reply)
  const answer = Buffer.alloc(MESSAGE_SECTIONS + 1 + document.length)
  answer.writeInt32LE(answer.length, 0)
  answer.writeInt32LE(command.readInt32LE(4), 8)
  answer.writeInt32LE(OP_MSG, 12)
  answer.set(document, MESSAGE_SECTIONS + 1)
  return answer
}

/** Where the body of a command begins: behind other sections, if there are any before it. */
function commandStart(message: Buffer): number {
  const operation = message.readInt32LE(12)
  // An OP_QUERY has flags, the collection's name, and two numbers before its document.
  if (operation === OP_QUERY) return message.indexOf(0, HEADER_BYTES + 4) + 1 + 8
  if (operation !== OP_MSG) throw new Error(`a message of an unknown kind: ${operation}`)
  let at = MESSAGE_SECTIONS
  while (message[at] === 1) at += 1 + message.readInt32LE(at + 1)
  return at + 1
}

const documentAt = (message: Buffer, start: number): WireDocument =>
  mongo.BSON.deserialize(message.subarray(start, start + message.readInt32LE(start)))
