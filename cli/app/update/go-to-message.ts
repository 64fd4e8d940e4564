import type { ChatMessage, RoomId, Seq } from '../../../protocol/model.ts'
import type { AppState } from '../model/app-state.ts'
import { addOlderToChat, type ChatState, entryKeyOf, hasOlderMessages } from '../model/chat-state.ts'
import { findLoadedMessage } from '../model/replies.ts'
import { stepScrollToEntry } from './chat-scroll.ts'
import { type Step, stepTo, stepToChat } from './step.ts'

/** Messages further up are not searched for: that would take too long and load too much. */
const FURTHEST = 2_000

/** Selects a message and scrolls to it. If it is not loaded, loads older pages until it is. */
export function stepGoToMessage(state: AppState, chat: ChatState, seq: Seq): Step {
  if (findLoadedMessage(chat.entries, seq) !== undefined) {
    const key = entryKeyOf(seq)
    return stepScrollToEntry(
      state,
      { ...chat, seeking: undefined, selection: { key, hasKeys: true } },
      key,
      true,
    )
  }
  const { oldestSeq } = chat
  if (oldestSeq === undefined || !hasOlderMessages(chat) || oldestSeq - seq > FURTHEST)
    return stepToChat(state, { ...chat, seeking: undefined, notice: texts => texts.reply.notLoaded })
  const seeking = { ...chat, seeking: seq }
  if (chat.isLoadingOlder) return stepToChat(state, seeking)
  return stepToChat(
    state,
    { ...seeking, isLoadingOlder: true },
    { type: 'loadOlder', room: chat.room.id, beforeSeq: oldestSeq },
  )
}

/** Adds a page of older messages. A search ends here, or goes on with the next page. */
export function stepOlderLoaded(
  state: AppState,
  { room, messages }: { readonly room: RoomId; readonly messages: readonly ChatMessage[] },
): Step {
  const { screen } = state
  if (screen.name !== 'chat' || screen.chat.room.id !== room) return stepTo(state)
  const chat = addOlderToChat(screen.chat, messages)
  return chat.seeking === undefined ? stepToChat(state, chat) : stepGoToMessage(state, chat, chat.seeking)
}
