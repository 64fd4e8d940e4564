import { StoreUnavailableError } from '../../chat/chat-store.ts'
import { storeFileErrorCodeOf } from './store-files.ts'

/** What a caller of the store should see of `error`: trouble with a file is unavailability. */
export function storeErrorOfFileError(error: unknown): unknown {
  if (storeFileErrorCodeOf(error) === undefined) return error
  return new StoreUnavailableError(`the embedded store refused: ${String(error)}`, { cause: error })
}
