import type { AppendBatch, BatchOutcome } from '../../chat/chat-store.ts'
import type { RoomDataDirectory } from './room-data-directory.ts'
import { storeFaultOfRoom } from './store-error.ts'

/** Notes a batch in its room, to be written. A fault of one room is the outcome of its batch. */
export function noteRoomBatch(batch: AppendBatch, room: RoomDataDirectory | Error | undefined): BatchOutcome {
  if (room === undefined || room instanceof Error) return room ?? []
  try {
    return room.noteBatch(batch)
  } catch (error) {
    return storeFaultOfRoom(error)
  }
}
