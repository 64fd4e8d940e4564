import type { AppState } from '../model/app-state.ts'
import { type ChatState, hasOlderMessages, type Scroll } from '../model/chat-state.ts'
import { markAllRead } from '../model/unread.ts'
import { chatBlockContext, chatGeometry } from '../view/chat-geometry.ts'
import {
  layoutChatViewport,
  layoutScrollBy,
  layoutScrollToItem,
  layoutScrollToTop,
} from '../view/chat-layout.ts'
import { type Step, stepToChat } from './step.ts'

/*
 * How a reader gets to older messages:
 * 1. A key or the wheel moves the conversation. The position is an entry at the lower edge, and how
 *    many of its rows are hidden (`Scroll`). So new messages do not move the rows being read.
 * 2. Near the first loaded row on the way up, the effect `loadOlder` asks for the page before it.
 *    One page is asked for at a time (`isLoadingOlder`).
 * 3. `olderLoaded` puts the page in front (`addOlderToChat`), or `olderFailed` says why there is
 *    none.
 * 4. Going to the message that a reply answers loads pages in the same way until that message is
 *    there (`seeking`, in go-to-message.ts). A key gives up, and so does a message too far up.
 * 5. Back at the end, everything is read, and the oldest entries are dropped again
 *    (`WINDOW_ENTRIES`).
 */

/** Scrolls up `distance` rows, or down where it is negative. */
export function stepChatScroll(state: AppState, chat: ChatState, distance: number | 'top'): Step {
  const context = chatBlockContext(chat, state.environment)
  const { listRows } = chatGeometry(chat, state.environment)
  return distance === 'top'
    ? moveViewTo(state, chat, layoutScrollToTop(chat, context, listRows), true)
    : moveViewTo(state, chat, layoutScrollBy(chat, context, listRows, distance), distance >= 0)
}

/** Scrolls just so far that all of an entry is in sight. */
export function stepScrollToEntry(state: AppState, chat: ChatState, key: string, isUpwards: boolean): Step {
  const { listRows } = chatGeometry(chat, state.environment)
  const position = layoutScrollToItem(chat, chatBlockContext(chat, state.environment), listRows, key)
  return moveViewTo(state, chat, position, isUpwards)
}

export const stepScrollToEnd = (state: AppState, chat: ChatState): Step =>
  stepToChat(state, updateToChatEnd(chat))

/** The end is in sight, so nothing is unread. */
export const updateToChatEnd = (chat: ChatState): ChatState => ({
  ...chat,
  scroll: 'end',
  unread: markAllRead(chat.unread),
})

function moveViewTo(state: AppState, before: ChatState, position: Scroll, isUpwards: boolean): Step {
  const unread = position === 'end' ? markAllRead(before.unread) : before.unread
  const chat = { ...before, scroll: position, unread }
  const { listRows } = chatGeometry(chat, state.environment)
  const { isAtTop } = layoutChatViewport(chat, chatBlockContext(chat, state.environment), listRows)
  if (
    !isUpwards ||
    !isAtTop ||
    !hasOlderMessages(chat) ||
    chat.isLoadingOlder ||
    chat.oldestSeq === undefined
  )
    return stepToChat(state, chat, { type: 'scrolled' })
  return stepToChat(
    state,
    { ...chat, isLoadingOlder: true },
    { type: 'scrolled' },
    { type: 'loadOlder', room: chat.room.id, beforeSeq: chat.oldestSeq },
  )
}
