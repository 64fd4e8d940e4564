import { type AppState, type Step, withChat } from '../model/app-state.ts'
import { type ChatState, hasOlder, type Scroll } from '../model/chat-state.ts'
import { readAll } from '../model/unread.ts'
import { blockContext, chatGeometry } from '../view/chat-geometry.ts'
import { scrollBy, scrollToItem, scrollToTop, viewportOf } from '../view/chat-layout.ts'

/** The room after scrolling up `distance` rows (down when negative). */
export function scroll(state: AppState, chat: ChatState, distance: number | 'top'): Step {
  const context = blockContext(chat, state.environment)
  const { listRows } = chatGeometry(chat, state.environment)
  return distance === 'top'
    ? goTo(state, chat, scrollToTop(chat, context, listRows), true)
    : goTo(state, chat, scrollBy(chat, context, listRows, distance), distance >= 0)
}

/** The room with all of an entry in sight; what comes later does not move it. */
export function reveal(state: AppState, chat: ChatState, key: string, isUpwards: boolean): Step {
  const { listRows } = chatGeometry(chat, state.environment)
  const position = scrollToItem(chat, blockContext(chat, state.environment), listRows, key)
  return goTo(state, chat, position, isUpwards)
}

/** Who comes near the top on the way up gets older messages. */
function goTo(state: AppState, before: ChatState, position: Scroll, isUpwards: boolean): Step {
  const unread = position === 'end' ? readAll(before.unread) : before.unread
  const chat = { ...before, scroll: position, unread }
  const { listRows } = chatGeometry(chat, state.environment)
  const { isAtTop } = viewportOf(chat, blockContext(chat, state.environment), listRows)
  if (!isUpwards || !isAtTop || !hasOlder(chat) || chat.isLoadingOlder || chat.oldestSeq === undefined)
    return withChat(state, chat, { type: 'scrolled' })
  return withChat(
    state,
    { ...chat, isLoadingOlder: true },
    { type: 'scrolled' },
    { type: 'loadOlder', room: chat.room.id, beforeSeq: chat.oldestSeq },
  )
}
