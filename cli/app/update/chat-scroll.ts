import type { AppState } from '../model/app-state.ts'
import { type ChatState, hasOlderMessages, type Scroll } from '../model/chat-state.ts'
import { backToEnd, newestShownSeq } from '../model/conversation/earlier-part.ts'
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
 * 4. What is far up is not scrolled to page by page, but looked up (seek-keys.ts). An earlier part
 *    of the conversation is then shown in place of its end. At the lower edge of that part,
 *    `loadNewer` asks for the page below, until the part meets the end.
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
  ...backToEnd(chat),
  scroll: 'end',
  unread: markAllRead(chat.unread),
})

function moveViewTo(state: AppState, before: ChatState, position: Scroll, isUpwards: boolean): Step {
  if (position === 'end' && before.keptEnd !== undefined) return moveToPartEnd(state, before)
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

/** The lower edge of an earlier part, below which the next page comes. */
function moveToPartEnd(state: AppState, before: ChatState): Step {
  const key = before.entries.at(-1)?.key
  const afterSeq = newestShownSeq(before)
  if (key === undefined || afterSeq === undefined) return stepToChat(state, updateToChatEnd(before))
  const chat = { ...before, scroll: { key, hiddenRows: 0 } }
  if (chat.isLoadingOlder) return stepToChat(state, chat, { type: 'scrolled' })
  return stepToChat(
    state,
    { ...chat, isLoadingOlder: true },
    { type: 'scrolled' },
    { type: 'loadNewer', room: chat.room.id, afterSeq },
  )
}
