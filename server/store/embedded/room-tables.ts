import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { ChatMessage, GifId, GifInfo, PostedGif, Seq } from '../../../protocol/model.ts'
import { type Appended, type NewMessage, SeqTakenError } from '../../chat/chat-store.ts'
import { textOf } from './text.ts'

type Row = Record<string, SQLOutputValue>

/** The tables of one slot: the messages and GIFs of the room that has it. */
export class RoomTables {
  readonly #database: DatabaseSync
  readonly #slot: number
  /** The one statement that runs for every message; the others are made when they are needed. */
  readonly #insert: StatementSync

  constructor(database: DatabaseSync, slot: number) {
    this.#database = database
    this.#slot = slot
    this.#insert = database.prepare(
      `INSERT INTO messages_${slot} VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
  }

  /** Stores `message` as `seq`, or finds that it stands there already; throws `SeqTakenError`. */
  append(seq: Seq, message: NewMessage): Appended {
    const { user, clientMessageId, createdAt, replyTo = null } = message
    const text = 'text' in message ? message.text : null
    const gif = 'gif' in message ? JSON.stringify(message.gif) : null
    const { changes } = this.#insert.run(
      seq,
      user.id,
      user.color,
      clientMessageId,
      createdAt,
      text,
      gif,
      replyTo,
    )
    if (changes === 1) return { seq, createdAt, isDuplicate: false }
    const first = this.#prepare(
      'SELECT seq, created_at FROM messages WHERE user_id = ? AND client_message_id = ?',
    ).get(user.id, clientMessageId)
    if (first === undefined) throw new SeqTakenError(`seq ${seq} is used already`)
    return { seq: Number(first.seq), createdAt: Number(first.created_at), isDuplicate: true }
  }

  lastSeq(): Seq {
    return Number(this.#prepare('SELECT max(seq) AS seq FROM messages').get()?.seq ?? 0)
  }

  /** Of all GIFs together. */
  gifBytes(): number {
    return Number(this.#prepare('SELECT total(bytes) AS bytes FROM gifs').get()?.bytes ?? 0)
  }

  /** Messages between the two, in order of `seq`, at most `limit` from the end that `from` names. */
  read(afterSeq: Seq, beforeSeq: Seq, limit: number, from: 'oldest' | 'newest'): readonly ChatMessage[] {
    const order = from === 'newest' ? 'DESC' : 'ASC'
    const rows = this.#prepare(`
      SELECT seq, user_id, user_color, created_at, gif, reply_to,
        CAST(client_message_id AS BLOB) AS client_message_id, CAST(text AS BLOB) AS text
      FROM messages WHERE seq > ? AND seq < ? ORDER BY seq ${order} LIMIT ?`)
      .all(afterSeq, beforeSeq, limit)
      .map(toMessage)
    return from === 'newest' ? rows.reverse() : rows
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
      `DELETE FROM gifs WHERE id NOT IN (SELECT gif ->> 'id' FROM messages WHERE gif IS NOT NULL)`,
    ).run()
  }

  /** Empties both tables; without a WHERE, SQLite frees and wipes their pages whole (sqlite.org/lang_delete.html). */
  clear(): void {
    this.#prepare('DELETE FROM messages').run()
    this.#prepare('DELETE FROM gifs').run()
  }

  /** Prepares `sql`, in which `messages` and `gifs` after FROM or INTO mean this slot's. */
  #prepare(sql: string): StatementSync {
    return this.#database.prepare(sql.replace(/\b(FROM|INTO) (messages|gifs)\b/g, `$1 $2_${this.#slot}`))
  }
}

function toMessage(row: Row): ChatMessage {
  const fields = {
    seq: Number(row.seq),
    user: { id: String(row.user_id), color: String(row.user_color) },
    clientMessageId: textOf(row.client_message_id),
    createdAt: Number(row.created_at),
    ...(row.reply_to !== null && { replyTo: Number(row.reply_to) }),
  }
  // What `append` wrote as JSON is a PostedGif.
  if (row.gif !== null) return { ...fields, gif: JSON.parse(String(row.gif)) as PostedGif }
  return { ...fields, text: textOf(row.text) }
}

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
