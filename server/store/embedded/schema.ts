/** Kept in the file as `user_version`; a file with a higher one is refused. */
export const SCHEMA_VERSION = 2

/**
 * What all rooms share. SQLite wipes deleted rows (`secure_delete`), but not the copies that stay in the unused middle
 * of a page when it moves living rows to another one. So no two rooms may share a page: `padding` is longer than
 * what a row keeps on its table's page (usable size − 35, sqlite.org/fileformat2.html §1.6), so that all that
 * follows it stands on overflow pages of this row alone.
 */
export const SHARED_TABLES = `
  CREATE TABLE rooms (
    slot INTEGER PRIMARY KEY,
    padding BLOB NOT NULL DEFAULT (zeroblob(4096)),
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    max INTEGER NOT NULL,
    owner_id TEXT NOT NULL,
    owner_color TEXT NOT NULL,
    password_hash TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

/**
 * What one room has to itself. The tables are emptied whole, never dropped: emptying wipes every page they had,
 * costs nothing in the schema, and leaves them to the next room in the slot.
 */
export const slotTables = (slot: number): string => `
  CREATE TABLE IF NOT EXISTS messages_${slot} (
    seq INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL,
    user_color TEXT NOT NULL,
    client_message_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    text TEXT,
    gif TEXT,
    reply_to INTEGER,
    UNIQUE (user_id, client_message_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS gifs_${slot} (
    id TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT;
`

/** What a file of version 1 lacks, for each slot that has tables. */
export const slotUpgrade = (slot: number): string =>
  `ALTER TABLE messages_${slot} ADD COLUMN reply_to INTEGER;`
