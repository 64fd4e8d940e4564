import type { ChatMessage } from '../../../protocol/model.ts'
import type { AppEvent, AppState, Effect } from '../model/app-state.ts'
import { addMessagesToChat, type ChatState } from '../model/chat-state.ts'
import { mentionsUser } from '../model/links-and-mentions.ts'
import { quotedMessage } from '../model/replies.ts'
import { addUnreadMessages, markUnreadForMe } from '../model/unread.ts'
import { type Step, stepTo, stepToChat } from './step.ts'

/** Fewest milliseconds between two rings. */
const RING_PAUSE_MS = 3_000

/** How many messages further up are asked for at once, and how many answers wait for them. */
const MOST_UNCLEAR = 20

/**
 * Adds new messages to the room. Counts those that are not seen, and rings if the reader wants it.
 */
export function stepReceivedMessages(
  state: AppState,
  before: ChatState,
  messages: readonly ChatMessage[],
): Step {
  const added = addMessagesToChat(before, messages)
  const news = messages.filter(({ seq, user }) => seq > before.newestSeq && user.id !== added.me)
  if (news.length === 0) return stepToChat(state, added)
  const { chat, effects } = askForAnswered(added, news)
  const forMe = news.filter(message => isForMe(chat, message)).length
  const heard = isWatched(state, chat)
    ? chat
    : { ...chat, unread: addUnreadMessages(chat.unread, news, forMe) }
  return stepAndRing(state, heard, forMe, effects)
}

/** Whether the reader surely sees the end. */
const isWatched = (state: AppState, chat: ChatState): boolean => chat.scroll === 'end' && state.isFocused

function stepAndRing(state: AppState, chat: ChatState, forMe: number, effects: readonly Effect[] = []): Step {
  const isDue = state.now - chat.rangAt >= RING_PAUSE_MS
  return isDue && isRungFor(state, forMe, isWatched(state, chat))
    ? stepToChat(state, { ...chat, rangAt: state.now }, ...effects, { type: 'ring' })
    : stepToChat(state, chat, ...effects)
}

/** Whether a message names the reader, or answers something that they said. */
function isForMe(chat: ChatState, message: ChatMessage): boolean {
  const { me, met } = chat
  const color = met.people.get(me)?.color
  if ('text' in message && color !== undefined && mentionsUser(message.text, { id: me, color })) return true
  return message.replyTo !== undefined && quotedMessage(chat, message.replyTo)?.user.id === me
}

/** Asks for the messages further up that are answered, since they may be the reader's. */
function askForAnswered(chat: ChatState, news: readonly ChatMessage[]) {
  const isUnclear = ({ replyTo }: ChatMessage) =>
    replyTo !== undefined && quotedMessage(chat, replyTo) === undefined
  const unclear = news.filter(message => isUnclear(message) && !isForMe(chat, message)).slice(-MOST_UNCLEAR)
  if (unclear.length === 0) return { chat, effects: [] }
  const seqs = new Set(unclear.flatMap(({ replyTo = 0 }) => (chat.quotes.has(replyTo) ? [] : [replyTo])))
  return {
    chat: {
      ...chat,
      quotes: new Map([...chat.quotes, ...[...seqs].map(seq => [seq, undefined] as const)]),
      unclearAnswers: [...chat.unclearAnswers, ...unclear].slice(-MOST_UNCLEAR),
    },
    effects: [...seqs].map(seq => ({ type: 'loadQuote', room: chat.room.id, seq }) as const),
  }
}

/** A message further up has come. If it is the reader's, those that answer it are for them. */
export function stepQuoteLoaded(
  state: AppState,
  { room, seq, message }: Extract<AppEvent, { type: 'quoteLoaded' }>,
): Step {
  if (state.screen.name !== 'chat' || state.screen.chat.room.id !== room) return stepTo(state)
  const { chat: before } = state.screen
  const answers = before.unclearAnswers.filter(({ replyTo }) => replyTo === seq)
  const chat = {
    ...before,
    quotes: new Map(before.quotes).set(seq, message),
    unclearAnswers: before.unclearAnswers.filter(({ replyTo }) => replyTo !== seq),
  }
  if (answers.length === 0 || message?.user.id !== chat.me) return stepToChat(state, chat)
  const unread = markUnreadForMe(chat.unread, answers)
  return stepAndRing(state, { ...chat, unread }, answers.length)
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
