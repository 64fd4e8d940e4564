import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ChatMessage, GifId, Seq } from '../../../protocol/model.ts'
import type { NewMessage } from '../../chat/chat-store.ts'
import type { EncodedMessage } from './journal.ts'
import { KEY_BYTES } from './key-index.ts'

/** Messages in one segment at most: what a page of history reads more than it wants. */
const SEGMENT_MESSAGES = 128

/**
 * The messages of one room in order of `seq`, up to `SEGMENT_MESSAGES` of what is added at once in one row: fewer statements and
 * pages than one by one.
 */
export class SegmentsTable {
  readonly #database: DatabaseSync
  readonly #slot: number
  #insert: StatementSync | undefined
  #at: StatementSync | undefined

  constructor(database: DatabaseSync, slot: number) {
    this.#database = database
    this.#slot = slot
  }

  /** Adds `messages` as `firstSeq` and on, which must come after all that are here, and the bytes of the key of each. */
  append(firstSeq: Seq, messages: readonly EncodedMessage[], keys: Uint8Array): void {
    this.#insert ??= this.#database.prepare(`INSERT INTO segments_${this.#slot} VALUES (?, ?, ?, ?, ?)`)
    for (let start = 0; start < messages.length; start += SEGMENT_MESSAGES) {
      const segment = messages.slice(start, start + SEGMENT_MESSAGES)
      const gifs: GifId[] = []
      for (const { message } of segment) if ('gif' in message) gifs.push(message.gif.id)
      this.#insert.run(
        firstSeq + start + segment.length - 1,
        firstSeq + start,
        gifs.length === 0 ? null : JSON.stringify(gifs),
        keys.subarray(start * KEY_BYTES, (start + segment.length) * KEY_BYTES),
        `[${segment.map(({ json }) => json).join()}]`,
      )
    }
  }

  /** 0 when there is none. */
  lastSeq(): Seq {
    return Number(this.#prepare('SELECT max(last_seq) AS seq FROM segments').get()?.seq ?? 0)
  }

  /** What was appended as `seq`. */
  at(seq: Seq): NewMessage | undefined {
    this.#at ??= this.#prepare(`
      SELECT messages -> CAST(?1 - first_seq AS INTEGER) AS message FROM segments
      WHERE last_seq >= ?1 ORDER BY last_seq LIMIT 1`)
    const message = this.#at.get(seq)?.message
    return message == null ? undefined : (JSON.parse(String(message)) as NewMessage) // by `append`
  }

  /** Messages between the two, in order of `seq`, at most `limit` from the end that `from` names. */
  read(afterSeq: Seq, beforeSeq: Seq, limit: number, from: 'oldest' | 'newest'): readonly ChatMessage[] {
    const messages: ChatMessage[] = []
    for (const segment of from === 'oldest' ? this.#from(afterSeq + 1) : this.#backFrom(beforeSeq - 1)) {
      const within = segment.filter(({ seq }) => seq > afterSeq && seq < beforeSeq)
      messages.push(...(from === 'oldest' ? within : within.reverse()))
      if (within.length === 0 || messages.length >= limit) break
    }
    const read = messages.slice(0, limit)
    return from === 'oldest' ? read : read.reverse()
  }

  /** The keys of all messages after `afterSeq`, in order, segment by segment. */
  *keysAfter(afterSeq: Seq): Iterable<Float64Array> {
    const rows = this.#prepare(
      'SELECT first_seq, keys FROM segments WHERE last_seq > ? ORDER BY last_seq',
    ).iterate(afterSeq)
    for (const row of rows) {
      const keys = new Float64Array((row.keys as Uint8Array).slice().buffer) // by the schema
      yield keys.subarray(Math.max(0, afterSeq + 1 - Number(row.first_seq)))
    }
  }

  *#from(seq: Seq): Iterable<ChatMessage[]> {
    const rows = this.#prepare(
      'SELECT first_seq, messages FROM segments WHERE last_seq >= ? ORDER BY last_seq',
    )
    for (const row of rows.iterate(seq)) yield toMessages(row)
  }

  *#backFrom(seq: Seq): Iterable<ChatMessage[]> {
    const rows = this.#prepare(`
      SELECT first_seq, messages FROM segments
      WHERE last_seq <= ifnull((SELECT min(last_seq) FROM segments WHERE last_seq >= ?1), ?1)
      ORDER BY last_seq DESC`)
    for (const row of rows.iterate(seq)) yield toMessages(row)
  }

  /** Prepares `sql`, in which `segments` after FROM means this slot's. */
  #prepare(sql: string): StatementSync {
    return this.#database.prepare(sql.replaceAll('FROM segments', `FROM segments_${this.#slot}`))
  }
}

function toMessages(row: Record<string, unknown>): ChatMessage[] {
  // What `append` wrote as JSON is an array of NewMessage.
  const messages = JSON.parse(String(row.messages)) as NewMessage[]
  const firstSeq = Number(row.first_seq)
  return messages.map((message, index) => ({ seq: firstSeq + index, ...message }))
}
