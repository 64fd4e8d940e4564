import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** The transactions of a database, by statements that are compiled once. */
export class Transactions {
  readonly #database: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#begin = database.prepare('BEGIN')
    this.#commit = database.prepare('COMMIT')
  }

  /** Runs `work` in one transaction; when it or the commit throws, nothing of it is kept and the database is usable again. */
  run<Result>(work: () => Result): Result {
    this.#begin.run()
    try {
      const result = work()
      this.#commit.run()
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK') // after some faults SQLite has done so itself
      throw error
    }
  }
}
