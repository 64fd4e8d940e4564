import { StoreUnavailableError } from '../../chat/chat-store.ts'

/** Primary result codes of SQLite (sqlite.org/rescode.html) that this store tells apart. */
export const SQLITE = {
  busy: 5,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
} as const

const UNAVAILABLE: ReadonlySet<number | undefined> = new Set([
  SQLITE.busy,
  SQLITE.readonly,
  SQLITE.ioError,
  SQLITE.full,
  SQLITE.cantOpen,
])

/** The primary result code of an error of `node:sqlite`; undefined for any other error. */
export function sqliteCodeOf(error: unknown): number | undefined {
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
  return isSqlite ? Number(error.errcode) & 0xff : undefined
}

/** What a caller of the store should see of `error`: trouble with the file or a closed store is unavailability. */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const isClosed = 'code' in error && error.code === 'ERR_INVALID_STATE'
  if (!isClosed && !UNAVAILABLE.has(sqliteCodeOf(error))) return error
  return new StoreUnavailableError(`the embedded store refused: ${error.message}`, { cause: error })
}
