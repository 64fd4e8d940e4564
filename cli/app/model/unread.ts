import type { ChatMessage, Seq } from '../../../protocol/model.ts'

/**
 * The messages that came while the user could not see the end of the conversation. Either it was
 * scrolled out of view, or the window did not have the focus.
 */
export interface Unread {
  /** Messages from other people. */
  readonly count: number
  /** How many of them mention or answer the reader. */
  readonly forMe: number
  /** The `seq` of the first of them. It stays set after they are read. */
  readonly from: Seq | undefined
}

export const NOTHING_UNREAD: Unread = { count: 0, forMe: 0, from: undefined }

/** Adds `messages` from other people. `forMe` of them mention or answer the reader. */
export function addUnreadMessages(unread: Unread, messages: readonly ChatMessage[], forMe: number): Unread {
  const [first] = messages
  if (first === undefined) return unread
  return {
    count: unread.count + messages.length,
    forMe: unread.forMe + forMe,
    from: unread.count === 0 ? first.seq : unread.from,
  }
}

/** Counts those of the messages that are unread as for the reader. */
export function markUnreadForMe(unread: Unread, messages: readonly ChatMessage[]): Unread {
  const { count, from = Number.POSITIVE_INFINITY } = unread
  if (count === 0) return unread
  return { ...unread, forMe: unread.forMe + messages.filter(({ seq }) => seq >= from).length }
}

/** Marks everything as read, but keeps the place where the unread messages began. */
export const markAllRead = (unread: Unread): Unread =>
  unread.count === 0 ? unread : { ...unread, count: 0, forMe: 0 }
