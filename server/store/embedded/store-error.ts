import { RoomGoneError, SeqTakenError, StoreUnavailableError } from '../../chat/chat-store.ts'
import { storeFileErrorCodeOf } from './store-files.ts'

/** What a caller of the store should see of `error`: trouble with a file is unavailability. */
export function storeErrorOfFileError(error: unknown): unknown {
  if (storeFileErrorCodeOf(error) === undefined) return error
  return new StoreUnavailableError(`the embedded store refused: ${String(error)}`, { cause: error })
}

/** `error` as the outcome of one room's batch, if it is no fault of this program. */
export function storeFaultOfRoom(error: unknown): Error {
  const fault = storeErrorOfFileError(error)
  const isOfRoom = [StoreUnavailableError, SeqTakenError, RoomGoneError].some(kind => fault instanceof kind)
  if (isOfRoom && fault instanceof Error) return fault
  throw error
}
