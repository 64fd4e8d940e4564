import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ChatMessage, GifId, Seq } from '../../../protocol/model.ts'
import type { NewMessage } from '../../chat/chat-store.ts'
import { KEY_BYTES } from './key-index.ts'

/** Messages in one segment at most: what a page of history reads more than it wants. */
const SEGMENT_MESSAGES = 128

/** Messages that follow each other. */
export interface Segment {
  readonly firstSeq: Seq
  readonly count: number
  /** Those that they show. */
  readonly gifs: readonly GifId[]
  /** The messages as JSON, with commas between them: one string, where the messages would be work for the garbage collector. */
  readonly json: string
}

/** Cuts `messages`, as `firstSeq` and on, into segments. */
export function segmentsOf(firstSeq: Seq, messages: readonly NewMessage[]): readonly Segment[] {
  const segments: Segment[] = []
  for (let start = 0; start < messages.length; start += SEGMENT_MESSAGES) {
    const part = messages.slice(start, start + SEGMENT_MESSAGES)
    const gifs: GifId[] = []
    for (const message of part) if ('gif' in message) gifs.push(message.gif.id)
    segments.push({
      firstSeq: firstSeq + start,
      count: part.length,
      gifs,
      json: JSON.stringify(part).slice(1, -1),
    })
  }
  return segments
}

/** The messages of a segment that is not in the table. */
export const messagesOf = ({ firstSeq, json }: Segment): readonly ChatMessage[] =>
  toMessages({ first_seq: firstSeq, messages: `[${json}]` })

/** The messages of one room in order of `seq`, segment by segment: fewer statements and pages than one by one. */
export class SegmentsTable {
  readonly #database: DatabaseSync
  readonly #slot: number
  #insert: StatementSync | undefined
  #at: StatementSync | undefined

  constructor(database: DatabaseSync, slot: number) {
    this.#database = database
    this.#slot = slot
  }

  /** Adds what must come after all that is here, with the bytes of the key of each message; small segments become one. */
  append(segments: readonly Segment[], keys: Uint8Array): void {
    this.#insert ??= this.#database.prepare(`INSERT INTO segments_${this.#slot} VALUES (?, ?, ?, ?, ?)`)
    let keysAt = 0
    for (const { firstSeq, count, gifs, json } of merged(segments)) {
      this.#insert.run(
        firstSeq + count - 1,
        firstSeq,
        gifs.length === 0 ? null : JSON.stringify(gifs),
        keys.subarray(keysAt, keysAt + count * KEY_BYTES),
        `[${json}]`,
      )
      keysAt += count * KEY_BYTES
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

function* merged(segments: readonly Segment[]): Iterable<Segment> {
  let parts: Segment[] = []
  let count = 0
  for (const segment of segments) {
    if (count + segment.count > SEGMENT_MESSAGES) {
      yield join(parts, count)
      parts = []
      count = 0
    }
    parts.push(segment)
    count += segment.count
  }
  if (count > 0) yield join(parts, count)
}

const join = (parts: readonly Segment[], count: number): Segment => ({
  firstSeq: parts[0]?.firstSeq ?? 0,
  count,
  gifs: parts.flatMap(({ gifs }) => gifs),
  json: parts.map(({ json }) => json).join(),
})

function toMessages(row: Record<string, unknown>): ChatMessage[] {
  // What `append` wrote as JSON is an array of NewMessage.
  const messages = JSON.parse(String(row.messages)) as NewMessage[]
  const firstSeq = Number(row.first_seq)
  return messages.map((message, index) => ({ seq: firstSeq + index, ...message }))
}
