import type { ClientMessageId, GifId, RoomId } from '../../protocol/model.ts'
import type { OutgoingMessage } from './client-events.ts'

/** An outgoing message, how often its GIF was uploaded, and the uploaded GIF's id. */
export interface OutboxEntry {
  readonly message: OutgoingMessage
  readonly uploads: number
  readonly gif?: GifId
  /** What is uploaded in place of the GIF's file. */
  readonly smaller?: Uint8Array
}

/**
 * The messages that are not acked yet, in the order in which they were said. A message's life is
 * told in `outbox-delivery.ts`.
 */
export class Outbox {
  readonly #entries = new Map<ClientMessageId, OutboxEntry>()

  findEntry(id: ClientMessageId): OutboxEntry | undefined {
    return this.#entries.get(id)
  }

  /** Puts a message last, also one that failed before. */
  addLast(entry: OutboxEntry): void {
    const { message } = entry
    this.#entries.delete(message.clientMessageId)
    this.#entries.set(message.clientMessageId, entry)
  }

  /** Changes a message in its place; undefined if it is no longer here. */
  changeEntry(id: ClientMessageId, change: (entry: OutboxEntry) => OutboxEntry): OutboxEntry | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined) return undefined
    const changed = change(entry)
    this.#entries.set(id, changed)
    return changed
  }

  /** False when it was not there. */
  removeEntry(id: ClientMessageId): boolean {
    return this.#entries.delete(id)
  }

  /** The first message of the room that can be sent: a text, or a GIF that is uploaded. */
  nextToSend(room: RoomId): OutboxEntry | undefined {
    return this.#sending(room).find(entry => 'text' in entry.message.body || entry.gif !== undefined)
  }

  /** The first GIF of the room that is not uploaded yet. */
  nextToUpload(room: RoomId): OutboxEntry | undefined {
    return this.#sending(room).find(entry => 'gifPath' in entry.message.body && entry.gif === undefined)
  }

  /** All that is still being sent, in one room or everywhere. */
  unsentEntries(room?: RoomId): readonly OutboxEntry[] {
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
