import type { RoomId } from '../../../protocol/model.ts'
import type { AppState } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'

/** Changes the room on the screen. The state stays as it is while no room is on the screen. */
export function updateShownChat(state: AppState, change: (chat: ChatState) => ChatState): AppState {
  const { screen } = state
  return screen.name === 'chat' ? { ...state, screen: { name: 'chat', chat: change(screen.chat) } } : state
}

/** Changes one room. Events for a room that has been left come too late and change nothing. */
export const updateChat = (
  state: AppState,
  room: RoomId,
  change: (chat: ChatState) => ChatState,
): AppState =>
  state.screen.name === 'chat' && state.screen.chat.room.id === room ? updateShownChat(state, change) : state
