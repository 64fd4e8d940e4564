import { nanoid } from 'nanoid'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ChatMessage, ClientMessageId, RoomId, Seq, UserId } from '../../protocol/model.ts'
import { FileError } from '../files/file-error.ts'
import { checkGifFile } from '../files/gif-file.ts'
import { type RealFilePath, seenNameOfFile } from '../files/real-file.ts'
import type { ClientEvent, OutgoingHandle, OutgoingMessage } from './client-events.ts'
import type { GifTransfer } from './gif-transfer.ts'
import { Outbox, type OutboxEntry } from './outbox.ts'
import type { Ask } from './pending-requests.ts'
import { RetryLane } from './retry-lane.ts'
import { TransferError } from './transfer-error.ts'

/** If the server no longer has a GIF, it is uploaded once more, but not again and again. */
const MOST_UPLOADS = 2

type Ack = { readonly seq: Seq; readonly createdAt: number }

interface DeliverySettings {
  readonly ask: Ask
  readonly gifs: GifTransfer
  readonly random: () => number
  readonly emit: (event: ClientEvent) => void
  readonly isSeated: (room: RoomId) => boolean
  /** Whether we have a seat there, or will get it back after the connection. */
  readonly hasSeat: (room: RoomId) => boolean
  readonly myId: () => UserId | undefined
  /** The most bytes of a GIF file that the server takes. */
  readonly mostGifBytes: () => number
}

interface RoomLanes {
  readonly send: RetryLane<OutboxEntry>
  readonly upload: RetryLane<OutboxEntry>
}

/**
 * Brings messages to the server, in order and each stored once (PROTOCOL.md D1, D3). A message's
 * life:
 *
 * 1. It enters the outbox as `sending`, under a new `clientMessageId`. Without a seat in the room
 *    it fails at once.
 * 2. A GIF is checked and uploaded. Texts said after it do not wait for the upload.
 * 3. In a room where we are seated, the first message that is ready is sent. The others wait for
 *    its answer, so the order holds.
 * 4. If the server refuses it for now, it is sent again after the wait that the server asked for.
 *    If the connection is lost, it is sent again after the reconnect. The id stays the same, so
 *    the server stores it once.
 * 5. If the server no longer has its GIF, it goes back to 2, once.
 * 6. The ack, or the message itself among the room's messages, takes it out of the outbox: it is
 *    sent.
 * 7. If it is refused for good, or the room is left, it is `failed` until `retryFailed` (back to
 *    1) or `discardUnsent` (gone).
 */
export class OutboxDelivery {
  readonly #settings: DeliverySettings
  readonly #outbox = new Outbox()
  readonly #lanes = new Map<RoomId, RoomLanes>()
  readonly #waiting = new Map<ClientMessageId, PromiseWithResolvers<Ack>>()
  readonly #uploads = new Map<ClientMessageId, AbortController>()

  constructor(settings: DeliverySettings) {
    this.#settings = settings
  }

  sendText(room: RoomId, text: string, replyTo?: Seq): OutgoingHandle {
    return this.#enterOutbox(room, { text }, replyTo)
  }

  sendGif(room: RoomId, gifPath: string, replyTo?: Seq, smaller?: Uint8Array): OutgoingHandle {
    return this.#enterOutbox(room, { gifPath, name: postedNameOf(gifPath), bytes: 0 }, replyTo, smaller)
  }

  retryFailed(id: ClientMessageId): void {
    const entry = this.#outbox.findEntry(id)
    if (entry?.message.state !== 'failed') return
    const { error: _, refusal: __, uploadedBytes: ___, uploadMs: ____, ...message } = entry.message
    this.#queue({
      ...entry,
      message: { ...message, state: 'sending' },
      uploads: entry.gif === undefined ? 0 : 1,
    })
  }

  discardUnsent(id: ClientMessageId): void {
    const entry = this.#outbox.findEntry(id)
    if (entry === undefined) return
    this.#outbox.removeEntry(id)
    this.#uploads.get(id)?.abort()
    this.#rejectHandle(id, new RequestError('unavailable', 'The message was given up before it was sent.'))
    this.#settings.emit({ type: 'discarded', room: entry.message.room, clientMessageId: id })
  }

  /** We are seated in the room: its waiting messages go on. */
  resumeSending(room: RoomId): void {
    const lanes = this.#lanes.get(room)
    lanes?.send.wakeLane()
    lanes?.upload.wakeLane()
  }

  /** The connection is lost, and so is the need to wait as the server asked. */
  suspendSending(): void {
    for (const lanes of this.#lanes.values()) {
      lanes.send.dropWait()
      lanes.upload.dropWait()
    }
  }

  /** Fails everything unsent with `error`, in this room or in all. */
  failUnsent(error: RequestError, room?: RoomId): void {
    for (const { message } of this.#outbox.unsentEntries(room))
      this.#failMessage(message.clientMessageId, error)
  }

  /** Handles a message of the room: one of our own proves that it is stored, as an ack does. */
  confirmOwnMessage(room: RoomId, message: ChatMessage): void {
    if (message.user.id === this.#settings.myId()) this.#confirmSent(room, message.clientMessageId, message)
  }

  #enterOutbox(
    room: RoomId,
    body: OutgoingMessage['body'],
    replyTo: Seq | undefined,
    smaller?: Uint8Array,
  ): OutgoingHandle {
    const clientMessageId = nanoid()
    const waiting = Promise.withResolvers<Ack>()
    // A caller may watch the events alone and leave the promise unused.
    waiting.promise.catch(() => undefined)
    this.#waiting.set(clientMessageId, waiting)
    const reply = replyTo === undefined ? {} : { replyTo }
    const entered = { createdAt: Date.now(), queuedAt: performance.now() }
    this.#queue({
      message: { room, clientMessageId, ...entered, body, ...reply, state: 'sending' },
      uploads: 0,
      ...(smaller && { smaller }),
    })
    return { clientMessageId, acked: waiting.promise }
  }

  #queue(entry: OutboxEntry): void {
    const { room, clientMessageId } = entry.message
    this.#outbox.addLast(entry)
    this.#settings.emit({ type: 'outgoing', message: entry.message })
    if (this.#settings.hasSeat(room)) {
      this.#lanesOf(room)
      this.resumeSending(room)
    } else {
      this.#failMessage(
        clientMessageId,
        new RequestError('notInRoom', 'You are not in this room: join it first.'),
      )
    }
  }

  #lanesOf(room: RoomId): RoomLanes {
    const known = this.#lanes.get(room)
    if (known !== undefined) return known
    this.#dropIdleLanes()
    const { isSeated, random } = this.#settings
    const retryLater = ({ message }: OutboxEntry, error: RequestError) =>
      this.#updateMessage(
        message.clientMessageId,
        error instanceof TransferError ? { delay: error, uploadedBytes: 0 } : { refusal: error },
      )
    const giveUp = (entry: OutboxEntry, error: Error) =>
      this.#failMessage(entry.message.clientMessageId, error)
    const lanes: RoomLanes = {
      send: new RetryLane(
        {
          next: () => (isSeated(room) ? this.#outbox.nextToSend(room) : undefined),
          run: entry => this.#sendOnce(entry),
          retryLater,
          giveUp,
        },
        random,
      ),
      upload: new RetryLane(
        {
          next: () => (isSeated(room) ? this.#outbox.nextToUpload(room) : undefined),
          run: entry => this.#uploadOnce(entry),
          retryLater,
          giveUp,
        },
        random,
      ),
    }
    this.#lanes.set(room, lanes)
    return lanes
  }

  /** Drops the lanes of rooms that we have left. */
  #dropIdleLanes(): void {
    for (const [room, { send, upload }] of this.#lanes)
      if (!this.#settings.hasSeat(room) && send.isIdle && upload.isIdle) this.#lanes.delete(room)
  }

  async #sendOnce(entry: OutboxEntry): Promise<void> {
    const { message, gif } = entry
    const { room, clientMessageId, body, replyTo } = message
    const reply = replyTo === undefined ? {} : { replyTo }
    if ('text' in body) {
      const { text } = body
      this.#confirmSent(
        room,
        clientMessageId,
        await this.#settings.ask({ type: 'chat.send', room, clientMessageId, text, ...reply }),
      )
    } else if (gif !== undefined) {
      const { name } = body
      await this.#settings.ask({ type: 'chat.sendGif', room, clientMessageId, gif, name, ...reply }).then(
        ack => this.#confirmSent(room, clientMessageId, ack),
        error => this.#uploadAgain(entry, error),
      )
    }
  }

  /** The server no longer has a GIF that was uploaded a while ago. */
  #uploadAgain({ message, uploads }: OutboxEntry, error: unknown): void {
    const isLost = error instanceof RequestError && error.code === 'noSuchGif'
    if (!isLost || uploads >= MOST_UPLOADS) throw error
    this.#outbox.changeEntry(message.clientMessageId, ({ gif: _, ...entry }) => entry)
    this.resumeSending(message.room)
  }

  async #uploadOnce({ message, smaller }: OutboxEntry): Promise<void> {
    const { room, clientMessageId: id, body } = message
    if (!('gifPath' in body)) return
    const { file, bytes } =
      smaller === undefined
        ? await checkGifFile(body.gifPath, this.#settings.mostGifBytes())
        : { file: body.gifPath, bytes: smaller.length }
    if (this.#outbox.findEntry(id) === undefined) return
    this.#updateMessage(id, {
      body: { ...body, name: postedNameOf(file), bytes },
      uploadedBytes: 0,
      delay: undefined,
    })
    const abort = new AbortController()
    this.#uploads.set(id, abort)
    try {
      const startedAt = performance.now()
      const onProgress = (uploadedBytes: number) =>
        this.#updateMessage(id, { uploadedBytes, uploadMs: performance.now() - startedAt })
      const { id: gif } = await this.#settings.gifs.uploadGif(
        room,
        smaller ?? { path: file, bytes },
        onProgress,
        abort.signal,
      )
      this.#outbox.changeEntry(id, entry => ({ ...entry, gif, uploads: entry.uploads + 1 }))
      this.resumeSending(room)
    } catch (error) {
      // The upload was refused because the seat was just lost. It will work when the seat is
      // back.
      if (error instanceof FileError || this.#settings.isSeated(room)) throw error
      throw new RequestError('unavailable', 'The connection was lost during the upload.')
    } finally {
      this.#uploads.delete(id)
    }
  }

  #updateMessage(id: ClientMessageId, change: Partial<OutgoingMessage>): void {
    const entry = this.#outbox.changeEntry(id, old => ({ ...old, message: { ...old.message, ...change } }))
    if (entry !== undefined) this.#settings.emit({ type: 'outgoing', message: entry.message })
  }

  #confirmSent(room: RoomId, id: ClientMessageId, { seq, createdAt }: Ack): void {
    if (!this.#outbox.removeEntry(id)) return
    this.#waiting.get(id)?.resolve({ seq, createdAt })
    this.#waiting.delete(id)
    this.#settings.emit({ type: 'sent', room, clientMessageId: id, seq, createdAt })
  }

  #failMessage(id: ClientMessageId, error: Error): void {
    this.#uploads.get(id)?.abort()
    this.#rejectHandle(id, error)
    if (error instanceof RequestError || error instanceof FileError)
      this.#updateMessage(id, { state: 'failed', error })
    else throw error
  }

  #rejectHandle(id: ClientMessageId, error: Error): void {
    this.#waiting.get(id)?.reject(error)
    this.#waiting.delete(id)
  }
}

/** A GIF is posted under the name that people see. */
const postedNameOf = (path: RealFilePath): string =>
  [...seenNameOfFile(path)].slice(0, LIMITS.gifNameLength).join('')
