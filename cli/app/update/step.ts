import type { AppState, Effect } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'

/** The next state, and the effects to run for it. */
export interface Step {
  readonly state: AppState
  readonly effects: readonly Effect[]
}

export const stepTo = (state: AppState, ...effects: readonly Effect[]): Step => ({ state, effects })

export const stepToChat = (state: AppState, chat: ChatState, ...effects: readonly Effect[]): Step =>
  stepTo({ ...state, screen: { name: 'chat', chat } }, ...effects)
