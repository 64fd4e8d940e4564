import type { ChatMessage, GifId, Seq, User } from '../../../../protocol/model.ts'
import type { Texts } from '../../../i18n/en.ts'
import type { Span } from '../../../text/row.ts'

/** One item in a room's conversation. Its `key` never changes. */
export type Entry =
  | { readonly kind: 'message'; readonly key: string; readonly message: ChatMessage }
  /** People who joined or left, each less than a minute after `at`. */
  | {
      readonly kind: 'presence'
      readonly key: string
      readonly change: 'join' | 'exit'
      readonly users: readonly User[]
      readonly at: number
    }
  /** A message from this client that only its own user sees. */
  | {
      readonly kind: 'note'
      readonly key: string
      readonly lines: NoteLines
      /** An invitation that works on this machine only, until the server is open to others. */
      readonly isLocalInvite?: boolean
    }

/** The lines of a note, in the reader's language. */
export type NoteLines = (texts: Texts) => readonly (readonly Span[])[]

/**
 * The visible part of the conversation. It ends at the newest row, or `hiddenRows` rows above the
 * last row of the entry `key`.
 */
export type Scroll = 'end' | { readonly key: string; readonly hiddenRows: number }

/** The key of the entry for the message with this `seq`. */
export const entryKeyOf = (seq: Seq): string => `m${seq}`

export const entryOfMessage = (message: ChatMessage): Entry => ({
  kind: 'message',
  key: entryKeyOf(message.seq),
  message,
})

/** The messages among entries, in order of `seq`. */
export const messagesAmong = (entries: readonly Entry[]): readonly ChatMessage[] =>
  entries.flatMap(entry => (entry.kind === 'message' ? [entry.message] : []))

/**
 * Entries kept while the end of the conversation is visible. Older ones are fetched again when the
 * user scrolls up to them.
 */
export const WINDOW_ENTRIES = 2_000
/** Entries kept while the user reads further up, so that the visible ones are not removed. */
export const READING_ENTRIES = 20_000
/**
 * Entries allowed above the limit before the oldest are removed. Each removal looks through all
 * entries, which would be too slow for every message.
 */
const SPARE_ENTRIES = 250

/** What of a room is cut when entries are removed. */
interface EntryWindow {
  readonly entries: readonly Entry[]
  readonly scroll: Scroll
  readonly pictures: ReadonlyMap<GifId, unknown>
  readonly oldestSeq: Seq | undefined
}

/** Removes the oldest entries once there are too many. */
export function dropOldestEntries<Shown extends EntryWindow>(chat: Shown): Shown {
  const limit = chat.scroll === 'end' ? WINDOW_ENTRIES : READING_ENTRIES
  if (chat.entries.length <= limit + SPARE_ENTRIES) return chat
  const entries = chat.entries.slice(chat.entries.length - limit)
  const messages = messagesAmong(entries)
  const gifs = new Set(messages.flatMap(message => ('gif' in message ? [message.gif.id] : [])))
  const pictures = new Map([...chat.pictures].filter(([gif]) => gifs.has(gif)))
  return {
    ...chat,
    entries,
    scroll: scrollAfterDrop(chat.scroll, entries),
    pictures,
    oldestSeq: messages[0]?.seq ?? chat.oldestSeq,
  }
}

/** If the reader's place was removed, shows the oldest kept entries instead of the newest. */
function scrollAfterDrop(scroll: Scroll, entries: readonly Entry[]): Scroll {
  if (scroll === 'end' || entries.some(({ key }) => key === scroll.key)) return scroll
  // This entry is far enough down that the entries above it fill any window.
  const lowest = entries[Math.min(SPARE_ENTRIES, entries.length) - 1]
  return lowest === undefined ? 'end' : { key: lowest.key, hiddenRows: 0 }
}
