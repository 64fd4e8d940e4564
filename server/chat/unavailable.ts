import { CANNOT_STORE, RequestError } from '../../protocol/error-codes.ts'
import { RoomGoneError, SeqTakenError, StoreUnavailableError } from './chat-store.ts'

/** How long a client is told to wait while the store is in trouble, in milliseconds. */
const RETRY_AFTER_MS = 1_000

/**
 * Turns a store's failure into the `unavailable` that a client understands. Any other error is
 * returned as it is.
 */
export function unavailableIfStoreFailed(error: unknown): unknown {
  const isStoreFailure = [StoreUnavailableError, SeqTakenError, RoomGoneError].some(
    kind => error instanceof kind,
  )
  if (!isStoreFailure) return error
  return new RequestError(
    'unavailable',
    'the server cannot reach its store just now: try again in a moment',
    {
      retryAfterMs: RETRY_AFTER_MS,
      reason: error instanceof StoreUnavailableError ? CANNOT_STORE : undefined,
    },
  )
}

/** For `catch`. See `unavailableIfStoreFailed`. */
export const throwUnavailable = (error: unknown): never => {
  throw unavailableIfStoreFailed(error)
}
