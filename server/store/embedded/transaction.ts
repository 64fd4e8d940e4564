import type { DatabaseSync } from 'node:sqlite'

/** Runs `work` in one transaction; when it or the commit throws, nothing of it is kept and the database is usable again. */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK') // after some faults SQLite has done so itself
    throw error
  }
}
