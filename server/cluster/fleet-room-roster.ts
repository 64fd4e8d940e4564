import { type EncodedMessages, encodeServerMessage } from '../../protocol/codec.ts'
import type { RoomId, User, UserId } from '../../protocol/model.ts'
import type { ServerEvent } from '../../protocol/server-messages.ts'
import { encodeFanOutFrames, fanOutFrameTextAt } from '../chat/fan-out-frames.ts'

/** How frames about people begin. Others are not read. */
const JOIN = Buffer.from('{"type":"chat.join"')
const EXIT = Buffer.from('{"type":"chat.exit"')
const ATTENDANTS = Buffer.from('{"type":"chat.attendants"')
const ENDED = Buffer.from('{"type":"chat.ended"')

/** Whom a node's members know to sit in a room, so that they can be told what they missed. */
export class FleetRoomRoster {
  #known = new Map<UserId, User>()
  #knowsAttendants = false

  replaceWith(people: readonly User[]): void {
    this.#known = new Map(people.map(user => [user.id, user]))
  }

  /** Whether the members were told of bots or observers. */
  get knowsAttendants(): boolean {
    return this.#knowsAttendants
  }

  noteAttendants(): void {
    this.#knowsAttendants = true
  }

  /**
   * Notes who came and went by the frames that members are sent. Returns whether the room has
   * ended.
   */
  noteFrames(frames: Buffer): boolean {
    let isEnded = false
    for (let at = 0; at < frames.length; ) {
      const { start, end } = fanOutFrameTextAt(frames, at)
      at = end
      if (isPrefixAt(ATTENDANTS, frames, start)) this.noteAttendants()
      if (isPrefixAt(ENDED, frames, start)) isEnded = true
      const isJoin = isPrefixAt(JOIN, frames, start)
      if (!isJoin && !isPrefixAt(EXIT, frames, start)) continue
      // The owner has made it: a node of the same version.
      const { users }: { users: readonly User[] } = JSON.parse(frames.toString('utf8', start, end))
      for (const user of users) {
        if (isJoin) this.#known.set(user.id, user)
        else this.#known.delete(user.id)
      }
    }
    return isEnded
  }

  /** The frames that tell `people` and messages to those who know the roster so far. */
  missedFrames(room: RoomId, people: readonly User[], messages: EncodedMessages): Buffer {
    const before = this.#known
    this.replaceWith(people)
    const joined = people.filter(({ id }) => !before.has(id))
    const exited = [...before.values()].filter(({ id }) => !this.#known.has(id))
    const events: ServerEvent[] = []
    if (joined.length > 0) events.push({ type: 'chat.join', room, users: joined, people: people.length })
    // The owner has made them: a node of the same version.
    for (const message of JSON.parse(`[${messages}]`)) events.push({ type: 'chat.chat', room, message })
    if (exited.length > 0) events.push({ type: 'chat.exit', room, users: exited, people: people.length })
    return encodeFanOutFrames(events.map(event => encodeServerMessage(event)))
  }
}

const isPrefixAt = (prefix: Buffer, bytes: Buffer, at: number): boolean =>
  bytes.length - at >= prefix.length && prefix.compare(bytes, at, at + prefix.length) === 0
