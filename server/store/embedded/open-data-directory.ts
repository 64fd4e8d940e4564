import { closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DataDirectoryError, DataDirectoryInUseError } from './data-directory-error.ts'
import { type Durability, Journal } from './journal.ts'
import { SCHEMA_VERSION, SHARED_TABLES } from './schema.ts'
import { SQLITE, sqliteCodeOf } from './sqlite-error.ts'
import { upgradeFile } from './upgrade-file.ts'

const FILE_NAME = 'gifchat.sqlite'
const JOURNAL_NAME = 'gifchat.journal'
const ELSEWHERE = 'choose another directory with --data or GIFCHAT_DATA'

/**
 * Opens the database and the journal of a data directory, for this process alone until the database is closed or the process
 * is killed; makes what is missing. Throws `DataDirectoryError`, and `DataDirectoryInUseError` when another server is there.
 */
export function openDataDirectory(
  directory: string,
  durability: Durability,
): { database: DatabaseSync; journal: Journal } {
  const file = join(directory, FILE_NAME)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600)) // SQLite would make it readable by all
  } catch (error) {
    throw new DataDirectoryError(fileSystemSentence(directory, error), { cause: error })
  }
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file)
    prepareFile(database, directory, durability)
    return { database, journal: openJournal(directory, durability) }
  } catch (error) {
    database?.close()
    throw toDirectoryError(directory, error)
  }
}

function openJournal(directory: string, durability: Durability): Journal {
  try {
    const file = openSync(join(directory, JOURNAL_NAME), constants.O_RDWR | constants.O_CREAT, 0o600)
    if (durability === 'power') flushDirectory(directory)
    return new Journal(file, durability)
  } catch (error) {
    throw new DataDirectoryError(fileSystemSentence(directory, error), { cause: error })
  }
}

/** A new file's name outlives a loss of power only when its directory was flushed. */
function flushDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

function prepareFile(database: DatabaseSync, directory: string, durability: Durability): void {
  database.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'};
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
  `)
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > SCHEMA_VERSION) {
    throw new DataDirectoryError(
      `${directory} was written by a newer gifchat (schema ${version}, this one knows ${SCHEMA_VERSION}): ` +
        `upgrade gifchat, or ${ELSEWHERE}.`,
    )
  }
  if (version === SCHEMA_VERSION) return
  if (version > 0) {
    upgradeFile(database)
    return
  }
  if (database.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined) {
    throw new DataDirectoryError(`${join(directory, FILE_NAME)} is not a database of gifchat: ${ELSEWHERE}.`)
  }
  database.exec(`BEGIN; ${SHARED_TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
}

function toDirectoryError(directory: string, error: unknown): unknown {
  const file = join(directory, FILE_NAME)
  switch (sqliteCodeOf(error)) {
    case undefined:
      return error
    case SQLITE.busy:
      return new DataDirectoryInUseError(
        `Another gifchat server is using ${directory}: stop it, or ${ELSEWHERE}.`,
        { cause: error },
      )
    case SQLITE.notADatabase:
      return new DataDirectoryError(`${file} is not a database: move it away, or ${ELSEWHERE}.`, {
        cause: error,
      })
    default:
      return new DataDirectoryError(`Can't open ${file} (${String(error)}): ${ELSEWHERE}.`, { cause: error })
  }
}

function fileSystemSentence(directory: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return `${directory} is not a directory: ${ELSEWHERE}.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `gifchat may not write in ${directory}: allow it, or ${ELSEWHERE}.`
    default:
      return `Can't use ${directory} for gifchat's data (${code}): ${ELSEWHERE}.`
  }
}
