import { Error as MongooseErrors, mongo } from 'mongoose'
import { StoreUnavailableError } from '../../chat/chat-store.ts'

/** What the driver throws when it reaches no server or its connection breaks. */
const NO_CONNECTION = [
  mongo.MongoNetworkError,
  mongo.MongoSystemError, // such as a failed server selection
  MongooseErrors.MongooseServerSelectionError, // the same at the first connection
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoExpiredSessionError,
]

/** The same, of classes that the driver does not export. */
const OF_POOL: ReadonlySet<string> = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError'])

/**
 * Codes that mean a fault in this program: BadValue, FailedToParse, TypeMismatch, CommandNotFound,
 * DuplicateKey and BSONObjectTooLarge.
 */
const OUR_FAULT: ReadonlySet<unknown> = new Set([2, 9, 14, 59, 11000, 10334])

export const isDuplicateKeyError = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === 11000

/**
 * Whether MongoDB could not carry out a call. FerretDB can't when one deletes more than 32,766
 * documents.
 */
export const isInternalError = (error: unknown): boolean =>
  error instanceof StoreUnavailableError &&
  error.cause instanceof mongo.MongoServerError &&
  error.cause.code === 1

/** Whether a later try may succeed: there is no connection, or the server refuses for now. */
export function isMongoUnavailable(error: unknown): boolean {
  if (error instanceof mongo.MongoServerError) return !OUR_FAULT.has(error.code)
  const isOfPool = error instanceof mongo.MongoDriverError && OF_POOL.has(error.name)
  return isOfPool || isOfSystem(error) || NO_CONNECTION.some(kind => error instanceof kind)
}

/**
 * Whether a socket or a look-up of a name failed. The driver passes on some errors as they are,
 * such as EPIPE from a connection that the server has just ended, or ENOTFOUND for an SRV record.
 */
const isOfSystem = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^(E[A-Z]+|ERR_STREAM_\w+)$/.test(error.code)

/**
 * Why MongoDB can't be used, for the log. When no server could be chosen, the driver says why
 * beside the error, once for each server.
 */
export function reasonOfMongoError(error: unknown): string {
  const cause = error instanceof StoreUnavailableError && error.cause !== undefined ? error.cause : error
  const text = cause instanceof Error ? cause.message : String(cause)
  const more = selectionReasons(cause).filter(reason => !text.includes(reason))
  return withoutMongoSecrets([text, ...more].join(': '))
}

function selectionReasons(error: unknown): readonly string[] {
  // The reason of a failed server selection is a TopologyDescription.
  const { reason } = error as { reason?: { setName?: string; servers?: unknown } }
  if (!(reason?.servers instanceof Map)) return []
  const reasons = [...reason.servers.values()].flatMap(server => server.error?.message ?? [])
  if (reason.servers.size === 0 && reason.setName)
    reasons.push(`no member of the set ${reason.setName} is there`)
  return [...new Set(reasons)]
}

/** `text` without the parts of a MongoDB address before its host and after its path. */
export const withoutMongoSecrets = (text: string): string =>
  text.replace(/\/\/.*@/g, '//').replace(/\?\S*/g, '')

/** The error that a caller of the store gets for `error`. */
export function storeErrorOfMongoError(error: unknown): unknown {
  if (!isMongoUnavailable(error)) return error
  return new StoreUnavailableError(`MongoDB can't serve: ${String(error)}`, { cause: error })
}
