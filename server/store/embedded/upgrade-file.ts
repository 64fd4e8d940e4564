import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { PostedGif } from '../../../protocol/model.ts'
import type { NewMessage } from '../../chat/chat-store.ts'
import { SCHEMA_VERSION, slotTables } from './schema.ts'
import { SegmentsTable, segmentsOf } from './segments-table.ts'
import { SentIndex } from './sent-index.ts'
import { loadSentKeyOf, type SentKeyOf } from './sent-key.ts'
import { textOf } from './text.ts'
import { Transactions } from './transactions.ts'

/** Messages that are moved at a time. */
const STEP = 1_000

/**
 * Brings a file of an older version to this one, in one transaction: 1 and 2 had a row for each message, and with 3 there was
 * no journal, so that its gifchat would not look for one.
 */
export function upgradeFile(database: DatabaseSync): void {
  const tables = database.prepare(
    `SELECT substr(name, 10) AS slot FROM sqlite_schema WHERE name GLOB 'messages_*'`,
  )
  const slots = tables.all().map(row => Number(row.slot))
  new Transactions(database).run(() => {
    const keyOf = loadSentKeyOf(database)
    for (const slot of slots) moveMessages(database, slot, keyOf)
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
  })
}

function moveMessages(database: DatabaseSync, slot: number, keyOf: SentKeyOf): void {
  database.exec(slotTables(slot))
  const segments = new SegmentsTable(database, slot)
  const sent = new SentIndex(database, slot, keyOf)
  const next = database.prepare(`
    SELECT *, CAST(client_message_id AS BLOB) AS id, CAST(text AS BLOB) AS said
    FROM messages_${slot} WHERE seq > ? ORDER BY seq LIMIT ${STEP}`)
  for (let lastSeq = 0; ; ) {
    const rows = next.all(lastSeq)
    const [first] = rows
    if (first === undefined) break
    const messages = rows.map(toMessage)
    for (const message of messages) sent.add(message, ++lastSeq, seq => segments.at(seq))
    segments.append(segmentsOf(Number(first.seq), messages), sent.newestKeys(messages.length))
    if (sent.isFull) sent.trim()
  }
  database.exec(`DROP TABLE messages_${slot}`)
}

function toMessage(row: Record<string, SQLOutputValue>): NewMessage {
  const fields = {
    user: { id: String(row.user_id), color: String(row.user_color) },
    clientMessageId: textOf(row.id),
    createdAt: Number(row.created_at),
    // Version 1 has no such column.
    ...(typeof row.reply_to === 'number' && { replyTo: row.reply_to }),
  }
  // What was written there as JSON is a PostedGif.
  if (row.gif !== null) return { ...fields, gif: JSON.parse(String(row.gif)) as PostedGif }
  return { ...fields, text: textOf(row.said) }
}
