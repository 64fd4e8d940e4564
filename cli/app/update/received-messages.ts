import type { ChatMessage } from '../../../protocol/model.ts'
import type { AppState } from '../model/app-state.ts'
import { addMessagesToChat, type ChatState } from '../model/chat-state.ts'
import { mentionsUser } from '../model/links-and-mentions.ts'
import { findLoadedMessage } from '../model/replies.ts'
import { addUnreadMessages } from '../model/unread.ts'
import { type Step, stepToChat } from './step.ts'

/** Fewest milliseconds between two rings. */
const RING_PAUSE_MS = 3_000

/**
 * Adds new messages to the room. Counts those that are not seen, and rings if the reader wants it.
 */
export function stepReceivedMessages(
  state: AppState,
  before: ChatState,
  messages: readonly ChatMessage[],
): Step {
  const chat = addMessagesToChat(before, messages)
  const news = messages.filter(({ seq, user }) => seq > before.newestSeq && user.id !== chat.me)
  if (news.length === 0) return stepToChat(state, chat)
  const forMe = news.filter(message => isForMe(chat, message)).length
  const isWatched = chat.scroll === 'end' && state.isFocused
  const heard = isWatched ? chat : { ...chat, unread: addUnreadMessages(chat.unread, news, forMe) }
  const isDue = state.now - chat.rangAt >= RING_PAUSE_MS
  return isDue && isRungFor(state, forMe, isWatched)
    ? stepToChat(state, { ...heard, rangAt: state.now }, { type: 'ring' })
    : stepToChat(state, heard)
}

/** Whether a message names the reader, or answers something that they said. */
function isForMe({ me, met, entries }: ChatState, message: ChatMessage): boolean {
  const color = met.people.get(me)?.color
  if ('text' in message && color !== undefined && mentionsUser(message.text, { id: me, color })) return true
  return message.replyTo !== undefined && findLoadedMessage(entries, message.replyTo)?.user.id === me
}

/** A message that the reader surely sees rings no bell. */
function isRungFor(
  { environment, isFocused, isFocusKnown }: AppState,
  forMe: number,
  isWatched: boolean,
): boolean {
  const { bell } = environment.display
  if (isWatched && isFocusKnown) return false
  switch (bell) {
    case 'off':
      return false
    case 'mentions':
      return forMe > 0
    case 'all':
      return forMe > 0 || !isFocused
    default:
      return bell satisfies never
  }
}
