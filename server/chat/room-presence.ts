import type { RoomId, User, UserId } from '../../protocol/model.ts'
import type { AttendantLists } from './attendants/room-attendants.ts'
import type { FanOut } from './fan-out.ts'

/**
 * How long joins and exits are collected, in milliseconds. A storm of them is a few frames then,
 * and not one frame each.
 */
const GATHER_MS = 25

interface Counted {
  /** How many people are there now. */
  people(): number
  attendants(): AttendantLists
}

/**
 * Tells a room's members who joined and who exited, many in one frame, and who is there beside the
 * people (PROTOCOL.md C5, C10).
 */
export class RoomPresence {
  readonly #room: RoomId
  readonly #fanOut: FanOut
  readonly #counted: Counted
  readonly #joined = new Map<UserId, User>()
  readonly #exited = new Map<UserId, User>()
  #areAttendantsOld = false
  #timer: NodeJS.Timeout | undefined

  constructor(room: RoomId, fanOut: FanOut, counted: Counted) {
    this.#room = room
    this.#fanOut = fanOut
    this.#counted = counted
  }

  // Of a person's moves the last one is told, even when it undoes one that was not told yet.
  // Somebody who joined between the two saw the state between them. Members who know the move
  // already ignore it (PROTOCOL.md C5).

  noteJoin(user: User): void {
    this.#exited.delete(user.id)
    this.#joined.set(user.id, user)
    this.#scheduleMoves()
  }

  noteExit(user: User): void {
    this.#joined.delete(user.id)
    this.#exited.set(user.id, user)
    this.#scheduleMoves()
  }

  /** A bot or an observer has come or gone. */
  noteAttendants(): void {
    this.#areAttendantsOld = true
    this.#scheduleMoves()
  }

  /** Adds the collected moves to the fan-out's next flush. */
  publishMoves(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const people = this.#counted.people()
    if (this.#joined.size > 0) {
      const users = [...this.#joined.values()]
      this.#fanOut.publishEvent({ type: 'chat.join', room: this.#room, users, people })
      this.#joined.clear()
    }
    if (this.#exited.size > 0) {
      const users = [...this.#exited.values()]
      this.#fanOut.publishEvent({ type: 'chat.exit', room: this.#room, users, people })
      this.#exited.clear()
    }
    if (this.#areAttendantsOld) {
      const { bots, observers } = this.#counted.attendants()
      this.#fanOut.publishEvent({
        type: 'chat.attendants',
        room: this.#room,
        bots: [...bots],
        observers: [...observers],
      })
      this.#areAttendantsOld = false
    }
  }

  stopPresence(): void {
    clearTimeout(this.#timer)
  }

  #scheduleMoves(): void {
    this.#timer ??= setTimeout(() => {
      this.publishMoves()
      this.#fanOut.flushEvents()
    }, GATHER_MS)
  }
}
