import type { ClientMessageId, GifId, RoomId } from '../../protocol/model.ts'
import type { OutgoingMessage } from './client-events.ts'

/** An outgoing message, how often its GIF was uploaded, and the id the server gave the GIF while it has it. */
export interface OutboxEntry {
  readonly message: OutgoingMessage
  readonly uploads: number
  readonly gif?: GifId
}

/** What was said and is not yet acked, in the order in which it was said; knows no connection. */
export class Outbox {
  readonly #entries = new Map<ClientMessageId, OutboxEntry>()

  get(id: ClientMessageId): OutboxEntry | undefined {
    return this.#entries.get(id)
  }

  /** Puts a message last; one that failed before gets its second chance there. */
  add(entry: OutboxEntry): void {
    const { message } = entry
    this.#entries.delete(message.clientMessageId)
    this.#entries.set(message.clientMessageId, entry)
  }

  /** Changes a message where it stands; undefined when it is acked or discarded already. */
  change(id: ClientMessageId, change: (entry: OutboxEntry) => OutboxEntry): OutboxEntry | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined) return undefined
    const changed = change(entry)
    this.#entries.set(id, changed)
    return changed
  }

  /** False when it was not there. */
  remove(id: ClientMessageId): boolean {
    return this.#entries.delete(id)
  }

  /** The first message of the room that can go on the wire: a text, or a GIF whose upload is done. */
  nextToSend(room: RoomId): OutboxEntry | undefined {
    return this.#sending(room).find(entry => 'text' in entry.message.body || entry.gif !== undefined)
  }

  /** The first GIF of the room that waits for its upload. */
  nextToUpload(room: RoomId): OutboxEntry | undefined {
    return this.#sending(room).find(entry => 'gifPath' in entry.message.body && entry.gif === undefined)
  }

  /** All that is still being sent, in one room or everywhere. */
  sending(room?: RoomId): readonly OutboxEntry[] {
    return room === undefined
      ? [...this.#entries.values()].filter(entry => entry.message.state === 'sending')
      : this.#sending(room)
  }

  #sending(room: RoomId): OutboxEntry[] {
    return [...this.#entries.values()].filter(
      entry => entry.message.room === room && entry.message.state === 'sending',
    )
  }
}
