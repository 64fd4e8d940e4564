import { Error as MongooseErrors, mongo } from 'mongoose'
import { StoreUnavailableError } from '../../chat/chat-store.ts'

/** What the driver throws when there is nobody to talk to, or when the talk broke off. */
const NO_CONNECTION = [
  mongo.MongoNetworkError,
  mongo.MongoSystemError, // server selection among them, which mongoose wraps at the first connection
  MongooseErrors.MongooseServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoExpiredSessionError,
  mongo.MongoGridFSChunkError,
]

/** Answers that mean a fault in this program: BadValue, FailedToParse, TypeMismatch, CommandNotFound, DuplicateKey, too large. */
const OUR_FAULT: ReadonlySet<unknown> = new Set([2, 9, 14, 59, 11000, 10334])

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === 11000

/** Whether a later try may succeed: no connection, or a server that refuses for now. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof mongo.MongoServerError) return !OUR_FAULT.has(error.code)
  const isQueueFull = error instanceof mongo.MongoDriverError && error.name === 'MongoWaitQueueTimeoutError' // a class kept private
  return isQueueFull || NO_CONNECTION.some(kind => error instanceof kind)
}

/** What a caller of the store should see of `error`. */
export function toStoreError(error: unknown): unknown {
  if (!isUnavailable(error)) return error
  return new StoreUnavailableError(`MongoDB can't serve: ${String(error)}`, { cause: error })
}
