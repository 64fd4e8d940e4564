import type { KeyPress } from '../../text/editor/key-press.ts'
import type { AppState } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import { type ChatKeyHandler, chatPressOf } from './chat-press.ts'
import { stepCompletionKey } from './completion-keys.ts'
import { stepComposerKey } from './composer-keys.ts'
import { stepEscapeKey } from './escape-key.ts'
import { stepHelpOffer } from './help-keys.ts'
import { stepRoomKey } from './room-keys.ts'
import { stepScrollKey } from './scroll-keys.ts'
import { stepSelectionKey } from './selection-keys.ts'
import type { Step } from './step.ts'

/** Who is offered a key in a room, in this order; the first that answers has it. */
export const CHAT_KEY_HANDLERS: readonly ChatKeyHandler[] = [
  stepSelectionKey,
  stepScrollKey,
  stepHelpOffer,
  stepCompletionKey,
  stepEscapeKey,
  stepRoomKey,
  stepComposerKey,
]

/** A key in a room. */
export function stepChatKey(state: AppState, shown: ChatState, key: KeyPress): Step {
  const press = chatPressOf(state, shown, key)
  for (const handler of CHAT_KEY_HANDLERS) {
    const step = handler(press)
    if (step !== undefined) return step
  }
  return stepComposerKey(press)
}
