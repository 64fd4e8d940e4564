/** Kept in the file as `user_version`; a file with a higher one is refused. */
export const SCHEMA_VERSION = 4

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
  CREATE TABLE IF NOT EXISTS segments_${slot} (
    last_seq INTEGER PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    gifs TEXT, -- JSON: the ids of the GIFs that these messages show
    keys BLOB NOT NULL, -- of each message, as SentIndex has it: numbers of 8 bytes, in this machine's order
    messages TEXT NOT NULL -- JSON: an array of NewMessage
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sent_${slot} (key INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
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
