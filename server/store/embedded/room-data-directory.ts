import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ChatMessage, RoomId, Seq } from '../../../protocol/model.ts'
import {
  type AppendBatch,
  type Appended,
  type FoundRoom,
  type LoadedRoom,
  type MessageRange,
  type NewMessage,
  RoomGoneError,
  SeqTakenError,
  type StoredRoom,
} from '../../chat/chat-store.ts'
import type { CoreLog } from '../../chat/core-log.ts'
import type { FewAtOnce } from '../../turns/few-at-once.ts'
import { MessageSegment } from './message-segment.ts'
import type { OpenStoreFiles } from './open-store-files.ts'
import { RoomGifFiles } from './room-gif-files.ts'
import { RoomSegments, segmentBytesOnDisk } from './room-segments.ts'
import {
  type Durability,
  flushStoreDirectory,
  flushStoreFile,
  makeStoreDirectory,
  readStoreFile,
  writeStoreFile,
} from './store-files.ts'
import { StoredMessageIds } from './stored-message-ids.ts'

/** What all rooms of a store share. */
export interface RoomContext {
  readonly files: OpenStoreFiles
  /** One at a time: a crowd would keep the threads that read and write for everybody. */
  readonly creations: FewAtOnce
  readonly durability: Durability
  readonly log: CoreLog
}

/** What waits to be written: in order, the first of them as the next `seq`. */
interface Noted {
  readonly messages: NewMessage[]
  lines: string
}

/** The directory of one room: `room.json`, its messages in segments, and `gifs/`. */
export class RoomDataDirectory {
  readonly id: RoomId
  readonly path: string
  readonly gifs: RoomGifFiles
  readonly #context: RoomContext
  #stored: StoredRoom | undefined
  #isEnded = false
  #loading: Promise<void> | undefined
  #isLoaded = false
  // Good once it is loaded:
  #segments: RoomSegments
  #sent = new StoredMessageIds(seq => this.#at(seq))
  #noted: Noted = { messages: [], lines: '' }

  constructor(path: string, id: RoomId, context: RoomContext) {
    this.id = id
    this.path = path
    this.gifs = new RoomGifFiles(path, context.durability)
    this.#context = context
    this.#segments = new RoomSegments(path, [])
  }

  /** Makes the directory. The room is there once this has resolved. */
  async createDirectory(room: StoredRoom): Promise<void> {
    const { creations, durability } = this.#context
    await creations.takePlace(async () => {
      await makeStoreDirectory(this.path)
      await writeStoreFile(this.#settings, `${JSON.stringify(room)}\n`, durability)
    })
    this.#isLoaded = true
  }

  /** The room as it was created; undefined when that was not finished. */
  storedRoom(): StoredRoom | undefined {
    if (this.#stored !== undefined) return this.#stored
    try {
      const json = readStoreFile(this.#settings)?.toString() ?? ''
      const room = JSON.parse(json) as StoredRoom | null // what `createDirectory` wrote
      if (room?.id === this.id) this.#stored = room
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
    return this.#stored
  }

  /** Looks at no message: a torn one is counted too. */
  foundRoom(): FoundRoom | undefined {
    const stored = this.storedRoom()
    if (stored === undefined) return undefined
    const messageBytes = segmentBytesOnDisk(this.#listSegments())
    return { ...stored, messageBytes, gifBytes: this.gifs.countGifBytes() }
  }

  /** See `ChatStore.loadRoom`. */
  async loadedRoom(limit: number): Promise<LoadedRoom> {
    await this.loadMessages()
    const { messageBytes } = this
    return { messages: this.readMessages({ limit }), messageBytes, gifBytes: this.gifs.countGifBytes() }
  }

  /**
   * Resolves when memory knows what was said; others get their turn meanwhile. Rejects with
   * `RoomGoneError` when the room ends first.
   */
  async loadMessages(): Promise<void> {
    if (this.#isLoaded) return
    this.#loading ??= this.#readAll()
      .catch(error => {
        this.#refuseIfEnded() // its directory was moved away
        throw error
      })
      .finally(() => {
        this.#loading = undefined
      })
    await this.#loading
  }

  get isLoaded(): boolean {
    return this.#isLoaded
  }

  /**
   * Notes what is new of a batch, to be written, and finds what is not. Throws `SeqTakenError` or
   * an error of a file, and has then noted nothing of the batch. After all batches of a room follow
   * `writeNoted` and `keepWritten`, or `forgetNoted` when anything fails.
   */
  noteBatch(batch: AppendBatch): readonly Appended[] {
    const { messages, lines } = this.#noted
    const before = messages.length
    try {
      return this.#noteNew(batch)
    } catch (error) {
      messages.length = before
      this.#noted.lines = lines
      throw error
    }
  }

  #noteNew({ firstSeq, messages }: AppendBatch): readonly Appended[] {
    const noted = this.#noted
    const nextSeq = this.#segments.nextSeq + noted.messages.length
    const outcomes: Appended[] = []
    let seq = nextSeq
    for (const message of messages) {
      const earlier = this.#sent.addMessage(message, seq)
      if (earlier === undefined) {
        noted.messages.push(message)
        noted.lines += `{"seq":${seq},${JSON.stringify(message).slice(1)}\n`
        outcomes.push({ seq: seq++, createdAt: message.createdAt, isDuplicate: false })
      } else outcomes.push({ ...earlier, isDuplicate: true })
    }
    if (firstSeq !== nextSeq && seq > nextSeq) {
      throw new SeqTakenError(`seq ${firstSeq} is not the next one, which is ${nextSeq}`)
    }
    return outcomes
  }

  /** True when there is something to write. */
  get hasNotedMessages(): boolean {
    return this.#noted.messages.length > 0
  }

  /** Writes all that was noted, in one call. */
  writeNoted(): void {
    const { files, durability } = this.#context
    this.#segments.segmentToAppend().writeLines(files.encodeLines(this.#noted.lines), files, durability)
  }

  /** Resolves when what was written outlives a loss of power. */
  async flushWritten(): Promise<void> {
    const segment = this.#segments.segmentToAppend()
    const isNew = segment.bytes === 0
    await Promise.all([segment.flushLines(this.#context.files), isNew && flushStoreDirectory(this.path)])
  }

  /** What was written is stored from now on. */
  keepWritten(): void {
    this.#segments.segmentToAppend().keepLines()
    for (const message of this.#noted.messages) {
      if ('gif' in message) this.gifs.markPosted(message.gif.id)
    }
    this.#noted = { messages: [], lines: '' }
  }

  /** Forgets what was noted, written or not. */
  forgetNoted(): void {
    this.#noted = { messages: [], lines: '' }
  }

  /** See `ChatStore`. */
  readMessages(range: MessageRange): readonly ChatMessage[] {
    return this.#segments.readMessages(range)
  }

  /**
   * Moves the oldest segments away with `moveAway`, until the others have at most `mostBytes`. Each
   * file has gone from here before the next goes, so that a killed server leaves the newest
   * messages without a hole.
   */
  async trimMessages(mostBytes: number, moveAway: (path: string) => void): Promise<void> {
    await this.loadMessages()
    this.#refuseIfEnded()
    while (this.#segments.bytes > mostBytes) {
      const oldest = this.#segments.oldestSegmentToForget()
      if (oldest === undefined) break
      this.#context.files.closeFile(oldest.path) // Windows renames no open file
      moveAway(oldest.path)
      this.#segments.removeOldestSegment()
      this.#sent.forgetBefore(this.#segments.firstSeq)
    }
    // Bytes must not be wiped under a name that a loss of power brings back.
    if (this.#context.durability === 'power') await flushStoreDirectory(this.path)
  }

  /** Bytes of its messages, once it is loaded. */
  get messageBytes(): number {
    return this.#segments.bytes
  }

  /** Deletes the GIFs that no message shows. */
  async deleteUnpostedGifs(): Promise<void> {
    const unposted = new Set(await this.gifs.findUnpostedGifs())
    if (unposted.size === 0) return
    for (const segment of this.#listSegments()) {
      for await (const messages of segment.loadMessages()) {
        for (const message of messages) {
          if ('gif' in message && unposted.delete(message.gif.id)) this.gifs.markPosted(message.gif.id)
        }
      }
    }
    for (const id of unposted) await this.gifs.deleteGif(id)
  }

  /** Lets go of everything: the room has ended. Resolves when nothing is being written there. */
  async endDirectory(): Promise<void> {
    this.#isEnded = true
    this.closeFiles()
    await this.gifs.endGifs()
  }

  closeFiles(): void {
    this.#segments.closeFiles(this.#context.files)
  }

  get #settings(): string {
    return join(this.path, 'room.json')
  }

  #at(seq: Seq): NewMessage | undefined {
    const noted = this.#noted.messages[seq - this.#segments.nextSeq]
    return noted ?? this.readMessages({ afterSeq: seq - 1, beforeSeq: seq + 1, limit: 1 })[0]
  }

  #listSegments(): readonly MessageSegment[] {
    return MessageSegment.segmentsIn(this.path, readdirSync(this.path))
  }

  #refuseIfEnded(): void {
    if (this.#isEnded) throw new RoomGoneError('the room has ended')
  }

  async #readAll(): Promise<void> {
    const segments = this.#listSegments()
    const sent = new StoredMessageIds(seq => this.#at(seq))
    for (const [index, segment] of segments.entries()) {
      for await (const messages of segment.loadMessages()) {
        this.#refuseIfEnded()
        for (const message of messages) sent.addMessage(message, message.seq)
      }
      const next = segments[index + 1]
      // Nothing is cut off here: what follows can be read by hand.
      if (next !== undefined && next.firstSeq !== segment.nextSeq)
        throw new Error(`message ${segment.nextSeq} is damaged in ${segment.path}`)
    }
    const last = segments.at(-1)
    const lines = last?.countLostLines() ?? 0
    if (lines > 0) {
      this.#context.log.warn({ room: this.id, lines }, 'lost a torn line of messages, and what came after it')
    }
    // What a killed server did not flush is about to be taken for durable.
    if (last !== undefined && this.#context.durability === 'power') {
      await Promise.all([flushStoreFile(last.path), flushStoreDirectory(this.path)])
    }
    this.#refuseIfEnded()
    this.#segments = new RoomSegments(this.path, segments)
    this.#sent = sent
    this.#isLoaded = true
  }
}
