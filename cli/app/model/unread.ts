import type { ChatMessage, Seq } from '../../../protocol/model.ts'

/** What came while nobody looked at the end of a conversation: it was out of sight, or the window without the focus. */
export interface Unread {
  /** Messages of others. */
  readonly count: number
  /** How many of them name or answer the reader. */
  readonly forMe: number
  /** The `seq` of the first of them, also after they were read. */
  readonly from: Seq | undefined
}

export const NOTHING_UNREAD: Unread = { count: 0, forMe: 0, from: undefined }

/** What is unread once `messages` of others came; `forMe` of them are meant for the reader. */
export function addUnread(unread: Unread, messages: readonly ChatMessage[], forMe: number): Unread {
  const [first] = messages
  if (first === undefined) return unread
  return {
    count: unread.count + messages.length,
    forMe: unread.forMe + forMe,
    from: unread.count === 0 ? first.seq : unread.from,
  }
}

/** All is read; where it began can still be seen. */
export const readAll = (unread: Unread): Unread =>
  unread.count === 0 ? unread : { ...unread, count: 0, forMe: 0 }
