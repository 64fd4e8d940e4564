import type { RoomId } from '../../../protocol/model.ts'
import type { AppState } from './app-state.ts'
import type { ChatState } from './chat-state.ts'
import { restoreDraftBehind } from './composer.ts'

/** Rooms whose drafts are kept; the room left longest ago goes first. */
const KEPT_DRAFTS = 50

/** The state with a room's composer put by, for when one comes back to the room. */
export function keepDraft(state: AppState, { room, composer }: ChatState): AppState {
  const drafts = new Map(state.drafts)
  drafts.delete(room.id)
  drafts.set(room.id, { ...restoreDraftBehind(composer), isAsking: false })
  for (const oldest of drafts.keys()) {
    if (drafts.size <= KEPT_DRAFTS) break
    drafts.delete(oldest)
  }
  return { ...state, drafts }
}

/** The room with what was being written when it was left. */
export function withDraft({ drafts }: AppState, chat: ChatState): ChatState {
  const composer = drafts.get(chat.room.id)
  return composer === undefined ? chat : { ...chat, composer }
}

/** A room that has ended takes its draft with it. */
export function dropDraft(state: AppState, room: RoomId): AppState {
  if (!state.drafts.has(room)) return state
  const drafts = new Map(state.drafts)
  drafts.delete(room)
  return { ...state, drafts }
}
