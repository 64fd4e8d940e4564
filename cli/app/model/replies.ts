import type { ChatMessage, Seq } from '../../../protocol/model.ts'
import type { ChatState, Entry } from './chat-state.ts'
import { deselect } from './selection.ts'

/** The message with this `seq` among the entries, whose messages stand in order of it; undefined when it is not loaded. */
export function findMessage(entries: readonly Entry[], seq: Seq): ChatMessage | undefined {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    let at = middle
    // What has no seq of its own stands in the way.
    while (at < high && entries[at]?.kind !== 'message') at++
    const entry = entries[at]
    if (entry === undefined || at === high) high = middle
    else if (entry.kind === 'message' && entry.message.seq === seq) return entry.message
    else if (entry.kind === 'message' && entry.message.seq < seq) low = at + 1
    else high = middle
  }
  return undefined
}

/** What is written from now on answers this message. */
export const startReply = (chat: ChatState, { seq }: ChatMessage): ChatState => ({
  ...chat,
  replyTo: seq,
  selection: chat.selection === undefined ? undefined : { ...chat.selection, hasKeys: false },
})

/** What is written answers nothing any more. */
export const endReply = (chat: ChatState): ChatState =>
  chat.replyTo === undefined ? chat : { ...deselect(chat), replyTo: undefined }

/** The newest message of somebody else. */
export function newestOfOthers({ entries, me }: ChatState): ChatMessage | undefined {
  const entry = entries.findLast(entry => entry.kind === 'message' && entry.message.user.id !== me)
  return entry?.kind === 'message' ? entry.message : undefined
}
