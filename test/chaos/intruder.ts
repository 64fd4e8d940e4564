import { setTimeout as sleep } from 'node:timers/promises'
import { createChatClient } from '../../cli/connection/chat-client.ts'
import type { ChatClient } from '../../cli/connection/client-events.ts'
import type { RoomId } from '../../protocol/model.ts'
import type { Crowd } from './checker.ts'

/** How long it waits after it was refused, in milliseconds. */
const AGAIN_MS = 300

/** Somebody who tries all the time to get into a full room, and leaves at once if it works. */
export class Intruder {
  readonly crowd: Crowd
  readonly #client: ChatClient
  readonly #room: RoomId
  readonly #password: string | undefined
  #isOver = false
  #trying: Promise<void> | undefined

  constructor(server: string, room: { id: RoomId; max: number; password: string | undefined }) {
    const crowd = { name: `intruder in ${room.id}`, people: 0, capacity: room.max }
    this.crowd = crowd
    this.#room = room.id
    this.#password = room.password
    this.#client = createChatClient({ server, name: 'chaos intruder' })
    this.#client.subscribe(event => {
      if (event.type === 'joined') crowd.people = Math.max(crowd.people, event.members.length)
    })
  }

  async start(): Promise<void> {
    await this.#client.connect()
    this.#trying = this.#tryAgainAndAgain()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    this.#client.reconnectNow()
    await this.#trying
    await this.#client.close()
  }

  async #tryAgainAndAgain(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#client.join(this.#room, this.#password === undefined ? {} : { password: this.#password })
        await this.#client.leave(this.#room)
      } catch {
        // Refused, or not connected just now.
      }
      await sleep(AGAIN_MS)
    }
  }
}
