import { RequestError } from '../../protocol/error-codes.ts'
import { RoomGoneError, SeqTakenError, StoreUnavailableError } from './chat-store.ts'

/** What a client is told to wait before it asks a store in trouble again, in milliseconds. */
const RETRY_AFTER_MS = 1_000

/** Turns a store's failure into the `unavailable` that a client understands; any other error is given back as it is. */
export function unavailableIfStoreFailed(error: unknown): unknown {
  // A write that several rooms share fails for all when one of them is gone; the others succeed with the next try.
  const isStoreFailure = [StoreUnavailableError, SeqTakenError, RoomGoneError].some(
    kind => error instanceof kind,
  )
  if (!isStoreFailure) return error
  return new RequestError(
    'unavailable',
    'the server cannot reach its store just now: try again in a moment',
    {
      retryAfterMs: RETRY_AFTER_MS,
    },
  )
}
