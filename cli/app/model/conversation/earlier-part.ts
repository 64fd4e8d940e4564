import type { ChatMessage } from '../../../../protocol/model.ts'
import { type ChatState, withMetPeople } from '../chat-state.ts'
import { entryOfMessage, messagesAmong } from './entry.ts'

/*
 * An earlier part of the conversation:
 * 1. `showEarlierPart` puts messages from far up in place of what is shown. The end of the
 *    conversation is kept aside (`keptEnd`), and goes on there.
 * 2. The reader scrolls. Older pages are put in front as usual, and `addNewerToPart` puts the pages
 *    below at the end.
 * 3. When the part meets the end, they are one conversation again. `backToEnd` leaves it sooner.
 */

/** Shows some messages in a row, from further up, in place of what is shown. */
export function showEarlierPart(chat: ChatState, messages: readonly ChatMessage[]): ChatState {
  const [first] = messages
  if (first === undefined) return chat
  const { keptEnd = { entries: chat.entries, oldestSeq: chat.oldestSeq } } = chat
  const shown = withMetPeople(
    chat,
    messages.map(({ user }) => user),
  )
  return joinedToEnd({
    ...shown,
    entries: messages.map(entryOfMessage),
    oldestSeq: first.seq,
    keptEnd,
    isLoadingOlder: false,
  })
}

/** Adds the page below an earlier part. Without one, nothing is left between it and the end. */
export function addNewerToPart(chat: ChatState, messages: readonly ChatMessage[]): ChatState {
  const newest = newestShownSeq(chat) ?? 0
  const newer = messages.filter(({ seq }) => seq > newest)
  const shown = { ...chat, isLoadingOlder: false }
  if (chat.keptEnd === undefined) return shown
  if (newer.length === 0) return { ...shown, ...withEnd(shown, chat.keptEnd) }
  const met = withMetPeople(
    shown,
    newer.map(({ user }) => user),
  )
  return joinedToEnd({ ...met, entries: [...shown.entries, ...newer.map(entryOfMessage)] })
}

/** The end of the conversation in place of an earlier part. */
export const backToEnd = (chat: ChatState): ChatState =>
  chat.keptEnd === undefined ? chat : { ...chat, ...chat.keptEnd, keptEnd: undefined }

/** The newest message that is shown or further down in what is shown. */
export const newestShownSeq = ({ entries }: ChatState): number | undefined =>
  entries.findLast(entry => entry.kind === 'message')?.message.seq

function joinedToEnd(chat: ChatState): ChatState {
  const { keptEnd } = chat
  const newest = newestShownSeq(chat)
  if (keptEnd?.oldestSeq === undefined || newest === undefined || newest + 1 < keptEnd.oldestSeq) return chat
  return { ...chat, ...withEnd(chat, keptEnd) }
}

function withEnd(chat: ChatState, end: NonNullable<ChatState['keptEnd']>) {
  const from = end.oldestSeq ?? Number.POSITIVE_INFINITY
  const above = messagesAmong(chat.entries).filter(({ seq }) => seq < from)
  return {
    entries: [...above.map(entryOfMessage), ...end.entries],
    oldestSeq: above[0]?.seq ?? end.oldestSeq,
    keptEnd: undefined,
  }
}
