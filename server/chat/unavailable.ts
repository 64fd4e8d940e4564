import { RequestError } from '../../protocol/error-codes.ts'
import { SeqTakenError, StoreUnavailableError } from './chat-store.ts'

/** What a client is told to wait before it asks a store in trouble again, in milliseconds. */
const RETRY_AFTER_MS = 1_000

/** Turns a store's failure into the `unavailable` that a client understands; any other error is given back as it is. */
export function unavailableIfStoreFailed(error: unknown): unknown {
  if (!(error instanceof StoreUnavailableError || error instanceof SeqTakenError)) return error
  return new RequestError(
    'unavailable',
    'the server cannot reach its store just now: try again in a moment',
    {
      retryAfterMs: RETRY_AFTER_MS,
    },
  )
}
