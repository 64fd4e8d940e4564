import type { ChatMessage, Seq } from '../../../protocol/model.ts'
import type { ChatState, Entry } from './chat-state.ts'
import { endMessageSelection } from './selection.ts'

/**
 * The message with this `seq`, or undefined if it is not loaded. This is a binary search, because
 * the messages among the entries are in order of `seq`.
 */
export function findLoadedMessage(entries: readonly Entry[], seq: Seq): ChatMessage | undefined {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    let at = middle
    // Notes and presences have no seq, so skip them.
    while (at < high && entries[at]?.kind !== 'message') at++
    const entry = entries[at]
    if (entry === undefined || at === high) high = middle
    else if (entry.kind === 'message' && entry.message.seq === seq) return entry.message
    else if (entry.kind === 'message' && entry.message.seq < seq) low = at + 1
    else high = middle
  }
  return undefined
}

/** The message with this `seq`, loaded or fetched for a quote. */
export const quotedMessage = ({ entries, quotes, keptEnd }: ChatState, seq: Seq): ChatMessage | undefined =>
  findLoadedMessage(entries, seq) ?? quotes.get(seq) ?? (keptEnd && findLoadedMessage(keptEnd.entries, seq))

/** Makes the text in the composer a reply to this message. */
export const startReply = (chat: ChatState, message: ChatMessage): ChatState => ({
  ...chat,
  replyTo: message.seq,
  // It may be in an earlier part, which the reader will leave.
  quotes: new Map(chat.quotes).set(message.seq, message),
  selection: chat.selection === undefined ? undefined : { ...chat.selection, hasKeys: false },
})

/** Makes the text in the composer an ordinary message again. */
export const endReply = (chat: ChatState): ChatState =>
  chat.replyTo === undefined ? chat : { ...endMessageSelection(chat), replyTo: undefined }

/** The newest message that another person wrote. */
export function newestMessageOfOthers({ entries, me }: ChatState): ChatMessage | undefined {
  const entry = entries.findLast(entry => entry.kind === 'message' && entry.message.user.id !== me)
  return entry?.kind === 'message' ? entry.message : undefined
}
