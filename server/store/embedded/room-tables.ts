import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { ChatMessage, GifId, GifInfo, Seq } from '../../../protocol/model.ts'
import { type AppendBatch, type Appended, type NewMessage, SeqTakenError } from '../../chat/chat-store.ts'
import type { JournalEntry } from './journal.ts'
import { messagesOf, type Segment, SegmentsTable, segmentsOf } from './segments-table.ts'
import { SentIndex } from './sent-index.ts'
import type { SentKeyOf } from './sent-key.ts'
import type { Transactions } from './transactions.ts'

type Row = Record<string, SQLOutputValue>

/** Each table with what its rows stand in order of, and how many bytes one has. */
const ROWS = [
  ['gifs', 'rowid', 'bytes'],
  ['segments', 'last_seq', 'octet_length(messages)'],
  ['sent', 'key', '0'],
] as const
/** As long as deleting so many bytes a row takes that has few. */
const ROW_BYTES = 1_024

/** What memory knows of the messages that are stored, so that an append need not ask. */
interface Known {
  lastSeq: Seq
  readonly sent: SentIndex
  /** What is not in the tables yet: in order of `seq`, up to `lastSeq`. */
  pending: Segment[]
  /** How many of these are in the journal. */
  journaled: number
}

/** What became of a batch, and what has to be in the journal for that. */
interface Noted {
  readonly outcomes: readonly Appended[]
  readonly entry: JournalEntry
}

/** The tables of one slot, the messages and GIFs of the room that has it, and its messages that are in the journal only. */
export class RoomTables {
  readonly #database: DatabaseSync
  readonly #slot: number
  readonly #keyOf: SentKeyOf
  readonly #segments: SegmentsTable
  #known: Known | undefined

  constructor(database: DatabaseSync, slot: number, keyOf: SentKeyOf) {
    this.#database = database
    this.#slot = slot
    this.#keyOf = keyOf
    this.#segments = new SegmentsTable(database, slot)
  }

  /**
   * Notes what is new of `messages` as `firstSeq` and on, and finds the others; throws `SeqTakenError`. Once the entry is in the
   * journal `keep` must follow; when anything fails before, `undo`.
   */
  append({ room, firstSeq, messages }: AppendBatch): Noted {
    const known = this.#know()
    const nextSeq = known.lastSeq + 1
    const fresh: NewMessage[] = []
    const messageAt = (seq: Seq) => fresh[seq - nextSeq] ?? this.#at(seq)
    try {
      const outcomes = messages.map((message): Appended => {
        const seq = nextSeq + fresh.length
        const foundSeq = known.sent.add(message, seq, messageAt)
        if (foundSeq !== seq) {
          const { createdAt } = messageAt(foundSeq) ?? message
          return { seq: foundSeq, createdAt, isDuplicate: true }
        }
        fresh.push(message)
        return { seq, createdAt: message.createdAt, isDuplicate: false }
      })
      if (fresh.length > 0 && firstSeq !== nextSeq)
        throw new SeqTakenError(`seq ${firstSeq} is not the next one, which is ${nextSeq}`)
      const segments = segmentsOf(firstSeq, fresh)
      known.pending.push(...segments)
      known.lastSeq += fresh.length
      return { outcomes, entry: { room, firstSeq, segments } }
    } catch (error) {
      known.sent.undo(fresh.length)
      throw error
    }
  }

  /** What an append noted is in the journal, as `segments`. */
  keep(segments: readonly Segment[]): void {
    const known = this.#known
    if (known === undefined) return
    known.pending.splice(known.journaled, segments.length, ...segments)
    known.journaled += segments.length
  }

  /** Forgets what was appended since `keep`. */
  undo(): void {
    const known = this.#known
    if (known === undefined) return
    const undone = countOf(known.pending.splice(known.journaled))
    known.sent.undo(undone)
    known.lastSeq -= undone
  }

  /** True when some of the messages are in the journal only. */
  get isUnsettled(): boolean {
    return this.#known !== undefined && this.#known.pending.length > 0
  }

  /** Writes to the tables what is in the journal only; once that is committed `settled` must follow. */
  settle(): void {
    if (this.#known === undefined) return
    const { sent, pending } = this.#known
    this.#segments.append(pending, sent.newestKeys(countOf(pending)))
  }

  /** What was in the journal only is in the tables. */
  settled(): void {
    if (this.#known === undefined) return
    this.#known.pending = []
    this.#known.journaled = 0
  }

  /** The room has ended: nothing of it is wanted any more. */
  forget(): void {
    this.#known = undefined
  }

  /** Bounds what memory knows, when nothing is in the journal only; if that fails all of it is loaded anew. */
  trim(transactions: Transactions): void {
    const sent = this.#known?.sent
    if (sent?.isFull !== true) return
    try {
      transactions.run(() => sent.trim())
    } catch (error) {
      this.forget()
      throw error
    }
  }

  lastSeq(): Seq {
    return this.#known?.lastSeq ?? this.#segments.lastSeq()
  }

  /** Of all GIFs together. */
  gifBytes(): number {
    return Number(this.#prepare('SELECT total(bytes) AS bytes FROM gifs').get()?.bytes ?? 0)
  }

  /** Messages between the two, in order of `seq`, at most `limit` from the end that `from` names. */
  read(afterSeq: Seq, beforeSeq: Seq, limit: number, from: 'oldest' | 'newest'): readonly ChatMessage[] {
    const pending = this.#pendingBetween(afterSeq, beforeSeq)
    if (from === 'oldest') {
      return [...this.#segments.read(afterSeq, beforeSeq, limit, from), ...pending].slice(0, limit)
    }
    const newest = pending.slice(Math.max(0, pending.length - limit))
    if (newest.length === limit) return newest
    return [...this.#segments.read(afterSeq, beforeSeq, limit - newest.length, from), ...newest]
  }

  saveGif(gif: GifInfo, content: Uint8Array): void {
    const { id, bytes, width, height, frames, durationMs } = gif
    this.#prepare('INSERT INTO gifs VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(
      id,
      bytes,
      width,
      height,
      frames,
      durationMs,
      content,
    )
  }

  findGif(gif: GifId): GifInfo | undefined {
    const row = this.#prepare(
      'SELECT id, bytes, width, height, frames, duration_ms FROM gifs WHERE id = ?',
    ).get(gif)
    return row === undefined ? undefined : toGifInfo(row)
  }

  readGif(gif: GifId): Uint8Array | undefined {
    const content = this.#prepare('SELECT content FROM gifs WHERE id = ?').get(gif)?.content
    return content instanceof Uint8Array ? content : undefined
  }

  deleteGif(gif: GifId): void {
    this.#prepare('DELETE FROM gifs WHERE id = ?').run(gif)
  }

  deleteUnpostedGifs(): void {
    this.#prepare(
      'DELETE FROM gifs WHERE id NOT IN (SELECT value FROM segments, json_each(gifs) WHERE gifs IS NOT NULL)',
    ).run()
  }

  /** Deletes newest rows of about `bytes`, and returns how many that were: fewer when there is nothing more. */
  deleteNewest(bytes: number): number {
    let left = bytes
    for (const [table, key, size] of ROWS) {
      let oldest: SQLOutputValue | undefined
      const rows = this.#prepare(`SELECT ${key} AS key, ${size} AS size FROM ${table} ORDER BY ${key} DESC`)
      for (const row of rows.iterate()) {
        oldest = row.key
        left -= Math.max(ROW_BYTES, Number(row.size))
        if (left <= 0) break
      }
      if (oldest !== undefined) this.#prepare(`DELETE FROM ${table} WHERE ${key} >= ?`).run(oldest)
      if (left <= 0) break
    }
    return bytes - left
  }

  /** Empties the tables; without a WHERE, SQLite frees and wipes their pages whole (sqlite.org/lang_delete.html). */
  clear(): void {
    for (const table of ['segments', 'sent', 'gifs']) this.#prepare(`DELETE FROM ${table}`).run()
  }

  #know(): Known {
    if (this.#known !== undefined) return this.#known
    const sent = new SentIndex(this.#database, this.#slot, this.#keyOf)
    for (const keys of this.#segments.keysAfter(sent.storedSeq)) sent.load(keys)
    this.#known = { lastSeq: this.#segments.lastSeq(), sent, pending: [], journaled: 0 }
    return this.#known
  }

  /** What was appended as `seq`. */
  #at(seq: Seq): NewMessage | undefined {
    const segment = this.#known?.pending.find(
      ({ firstSeq, count }) => seq >= firstSeq && seq < firstSeq + count,
    )
    return segment === undefined ? this.#segments.at(seq) : messagesOf(segment)[seq - segment.firstSeq]
  }

  #pendingBetween(afterSeq: Seq, beforeSeq: Seq): readonly ChatMessage[] {
    return (this.#known?.pending ?? [])
      .filter(({ firstSeq, count }) => firstSeq + count - 1 > afterSeq && firstSeq < beforeSeq)
      .flatMap(messagesOf)
      .filter(({ seq }) => seq > afterSeq && seq < beforeSeq)
  }

  /** Prepares `sql`, in which a table's name after FROM or INTO means this slot's. */
  #prepare(sql: string): StatementSync {
    return this.#database.prepare(sql.replace(/\b(FROM|INTO) (segments|sent|gifs)\b/g, `$1 $2_${this.#slot}`))
  }
}

const countOf = (segments: readonly Segment[]): number => segments.reduce((sum, { count }) => sum + count, 0)

function toGifInfo(row: Row): GifInfo {
  return {
    id: String(row.id),
    bytes: Number(row.bytes),
    width: Number(row.width),
    height: Number(row.height),
    frames: Number(row.frames),
    durationMs: Number(row.duration_ms),
  }
}
