import type { ChatMessage, GifId, GifInfo, RoomId } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type Appended,
  type BatchOutcome,
  type ChatStore,
  type FoundRoom,
  type LoadedRoom,
  type NewMessage,
  NO_ROOM,
  RoomGoneError,
  SeqTakenError,
  type StoredGif,
  type StoredRoom,
  StoreUnavailableError,
} from '../../chat/chat-store.ts'

interface KeptGif {
  readonly info: GifInfo
  readonly bytes: Uint8Array
}

interface KeptRoom {
  readonly room: StoredRoom
  /** In order of `seq`, without a hole. */
  readonly messages: ChatMessage[]
  messageBytes: number
  /** Messages by their sender and its id for them (PROTOCOL.md D3). */
  readonly sent: Map<string, ChatMessage>
  readonly gifs: Map<GifId, KeptGif>
}

/**
 * Keeps everything in the memory of this process, and nothing anywhere else. So nothing is left
 * when the process ends, whatever ends it.
 */
export class MemoryStore implements ChatStore {
  readonly kind = 'memory'
  readonly #rooms = new Map<RoomId, KeptRoom>()
  #secret: string | undefined
  #isClosed = false

  async createRoom(room: StoredRoom): Promise<void> {
    this.#checkOpen()
    if (this.#rooms.has(room.id)) throw new Error(`there is a room ${room.id} already`)
    this.#rooms.set(room.id, { room, messages: [], messageBytes: 0, sent: new Map(), gifs: new Map() })
  }

  async findRooms(): Promise<readonly FoundRoom[]> {
    this.#checkOpen()
    return [...this.#rooms.values()].map(kept => {
      return { ...kept.room, messageBytes: kept.messageBytes, gifBytes: gifBytesOf(kept) }
    })
  }

  async loadRoom(id: RoomId, limit: number): Promise<LoadedRoom> {
    const messages = await this.readMessages(id, { limit })
    const room = this.#rooms.get(id)
    if (room === undefined) return NO_ROOM
    return { messages, messageBytes: room.messageBytes, gifBytes: gifBytesOf(room) }
  }

  /** There was no earlier run that could have left something. */
  async recover(): Promise<void> {
    this.#checkOpen()
  }

  async sweepLeftovers(): Promise<void> {
    this.#checkOpen()
  }

  async appendMessages(batches: readonly AppendBatch[]): Promise<readonly BatchOutcome[]> {
    this.#checkOpen()
    return batches.map(batch => this.#appendBatch(batch))
  }

  #appendBatch({ room: id, firstSeq, messages }: AppendBatch): BatchOutcome {
    const room = this.#rooms.get(id)
    if (room === undefined) return new RoomGoneError(id)
    const outcomes: Appended[] = []
    let seq = firstSeq
    for (const message of messages) {
      const key = sentKeyOf(message)
      const earlier = room.sent.get(key)
      if (earlier !== undefined) {
        outcomes.push({ seq: earlier.seq, createdAt: earlier.createdAt, isDuplicate: true })
        continue
      }
      if (seq !== (room.messages.at(-1)?.seq ?? 0) + 1) return new SeqTakenError(`${id}: seq ${seq}`)
      const kept: ChatMessage = { seq: seq++, ...message }
      room.messages.push(kept)
      room.sent.set(key, kept)
      room.messageBytes += bytesOf(kept)
      outcomes.push({ seq: kept.seq, createdAt: kept.createdAt, isDuplicate: false })
    }
    return outcomes
  }

  async readMessages(
    id: RoomId,
    range: Parameters<ChatStore['readMessages']>[1],
  ): Promise<readonly ChatMessage[]> {
    this.#checkOpen()
    const { messages = [] } = this.#rooms.get(id) ?? {}
    const { afterSeq = 0, beforeSeq = Number.MAX_SAFE_INTEGER, limit, from = 'newest' } = range
    const firstSeq = messages[0]?.seq ?? 1
    const inRange = messages.slice(Math.max(0, afterSeq + 1 - firstSeq), Math.max(0, beforeSeq - firstSeq))
    return from === 'oldest' ? inRange.slice(0, limit) : inRange.slice(-limit)
  }

  async trimRoom(id: RoomId, mostBytes: number): Promise<number> {
    this.#checkOpen()
    const room = this.#rooms.get(id)
    if (room === undefined) return 0
    let forgotten = 0
    for (const message of room.messages.slice(0, -1)) {
      if (room.messageBytes <= mostBytes) break
      room.messageBytes -= bytesOf(message)
      room.sent.delete(sentKeyOf(message))
      forgotten++
    }
    room.messages.splice(0, forgotten)
    return room.messageBytes
  }

  async saveGif(id: RoomId, info: GifInfo, bytes: Uint8Array): Promise<void> {
    this.#checkOpen()
    const room = this.#rooms.get(id)
    if (room === undefined) throw new RoomGoneError(id)
    if (!room.gifs.has(info.id)) room.gifs.set(info.id, { info, bytes })
  }

  async findGif(id: RoomId, gif: GifId): Promise<GifInfo | undefined> {
    this.#checkOpen()
    return this.#rooms.get(id)?.gifs.get(gif)?.info
  }

  async readGif(id: RoomId, gif: GifId): Promise<StoredGif | undefined> {
    this.#checkOpen()
    const kept = this.#rooms.get(id)?.gifs.get(gif)
    return kept === undefined ? undefined : { bytes: kept.bytes.length, parts: [kept.bytes] }
  }

  async deleteGif(id: RoomId, gif: GifId): Promise<void> {
    this.#checkOpen()
    this.#rooms.get(id)?.gifs.delete(gif)
  }

  async purgeRooms(ids: readonly RoomId[]): Promise<void> {
    this.#checkOpen()
    for (const id of ids) this.#rooms.delete(id)
  }

  async loadSecret(candidate: string): Promise<string> {
    this.#checkOpen()
    this.#secret ??= candidate
    return this.#secret
  }

  async ping(): Promise<void> {
    this.#checkOpen()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#rooms.clear()
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreUnavailableError('the store is closed')
  }
}

const sentKeyOf = ({ user, clientMessageId }: NewMessage): string =>
  JSON.stringify([user.id, clientMessageId])

const gifBytesOf = ({ gifs }: KeptRoom): number =>
  [...gifs.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)

const bytesOf = (message: ChatMessage): number => Buffer.byteLength(JSON.stringify(message))
