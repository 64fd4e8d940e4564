import { isEmptyComposer } from '../model/composer.ts'
import { chatGeometry } from '../view/chat-geometry.ts'
import { type ChatPress, keyNameOfPress } from './chat-press.ts'
import { stepChatScroll, stepScrollToEnd } from './chat-scroll.ts'
import { stepGoToFirst } from './seek-keys.ts'
import type { Step } from './step.ts'

/** Keys that scroll. Paging leaves a selection alone; Home and End move the cursor in a text. */
export function stepScrollKey(press: ChatPress): Step | undefined {
  const { state, selecting, chat } = press
  const isEmpty = isEmptyComposer(chat.composer)
  switch (keyNameOfPress(press)) {
    case 'pageUp':
      return stepChatScroll(state, selecting, pageRows(press))
    case 'pageDown':
      return stepChatScroll(state, selecting, -pageRows(press))
    case 'home':
      return isEmpty ? stepGoToFirst(state, chat) : undefined
    case 'end':
      return isEmpty ? stepScrollToEnd(state, chat) : undefined
    default:
      return undefined
  }
}

/** One row of the page before stays in sight. */
const pageRows = ({ state, selecting }: ChatPress): number =>
  Math.max(1, chatGeometry(selecting, state.environment).listRows - 1)
