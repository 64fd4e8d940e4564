import type { DatabaseSync } from 'node:sqlite'

/** The setting `name`: `candidate` on the first call ever, and the same from then on. */
export function loadSetting(database: DatabaseSync, name: 'secret' | 'sent_seed', candidate: string): string {
  database.prepare('INSERT INTO settings VALUES (?, ?) ON CONFLICT DO NOTHING').run(name, candidate)
  return String(database.prepare('SELECT value FROM settings WHERE name = ?').get(name)?.value)
}
