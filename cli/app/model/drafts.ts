import type { RoomId } from '../../../protocol/model.ts'
import type { AppState } from './app-state.ts'
import type { ChatState } from './chat-state.ts'
import { restoreComposerDraft } from './composer.ts'

/** The most drafts that are kept. The draft of the room left longest ago is dropped first. */
const KEPT_DRAFTS = 50

/** Keeps a room's composer for when the user comes back to the room. */
export function keepComposerDraft(state: AppState, { room, composer }: ChatState): AppState {
  const drafts = new Map(state.drafts)
  drafts.delete(room.id)
  drafts.set(room.id, { ...restoreComposerDraft(composer), isAsking: false, isRefused: false })
  for (const oldest of drafts.keys()) {
    if (drafts.size <= KEPT_DRAFTS) break
    drafts.delete(oldest)
  }
  return { ...state, drafts }
}

/** The room with the composer that `keepComposerDraft` kept. */
export function withComposerDraft({ drafts }: AppState, chat: ChatState): ChatState {
  const composer = drafts.get(chat.room.id)
  return composer === undefined ? chat : { ...chat, composer }
}

/** Drops the draft of a room that has ended. */
export function dropComposerDraft(state: AppState, room: RoomId): AppState {
  if (!state.drafts.has(room)) return state
  const drafts = new Map(state.drafts)
  drafts.delete(room)
  return { ...state, drafts }
}
