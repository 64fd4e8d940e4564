import type {
  ChatMessage,
  ClientMessageId,
  GifId,
  RoomSummary,
  Seq,
  User,
  UserId,
} from '../../../protocol/model.ts'
import type { ClientEvent, OutgoingMessage } from '../../connection/client-events.ts'
import type { ListedFile } from '../../files/gif-listing.ts'
import type { Texts } from '../../i18n/en.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import type { Span } from '../../text/row.ts'
import { type ComposerState, emptyComposer } from './composer.ts'
import { afterResume, type Pictures } from './pictures.ts'
import { type Typist, withoutTypists } from './typists.ts'
import { NOTHING_UNREAD, type Unread } from './unread.ts'

/** The message that keys and commands act on. */
export interface Selection {
  /** The entry's key. */
  readonly key: string
  /** False while the composer has the keys, for what is to be done with the message. */
  readonly hasKeys: boolean
  /** What was being written before a command took the composer; it comes back with the end of the selection. */
  readonly draft?: string
}

/** One thing in a room's conversation, in the order in which it happened; `key` never changes. */
export type Entry =
  | { readonly kind: 'message'; readonly key: string; readonly message: ChatMessage }
  /** People who came in or left, one after the other, within a minute. */
  | {
      readonly kind: 'presence'
      readonly key: string
      readonly change: 'join' | 'exit'
      readonly users: readonly User[]
      readonly at: number
    }
  /** Something this client says to its user alone. */
  | { readonly kind: 'note'; readonly key: string; readonly lines: NoteLines }

/** What a note says, a line each, in the reader's language. */
export type NoteLines = (texts: Texts) => readonly (readonly Span[])[]

/** What part of the conversation is seen: its end, or up to `hiddenRows` rows before the end of the entry `key`. */
export type Scroll = 'end' | { readonly key: string; readonly hiddenRows: number }

interface ListedDirectory {
  readonly directory: string
  readonly files: readonly ListedFile[] | undefined
}

/** A room from the inside. */
export interface ChatState {
  readonly room: RoomSummary
  readonly me: UserId
  readonly members: readonly User[]
  readonly entries: readonly Entry[]
  readonly outgoing: readonly OutgoingMessage[]
  /** Smallest `seq` among the entries; undefined while there is no message. */
  readonly oldestSeq: Seq | undefined
  readonly newestSeq: Seq
  readonly isLoadingOlder: boolean
  /** The `seq` of a message that is looked for further up. */
  readonly seeking: Seq | undefined
  readonly scroll: Scroll
  readonly unread: Unread
  /** Whether the people stand beside the conversation, where there is room for them; undefined lets the width decide. */
  readonly arePeopleShown: boolean | undefined
  /** When the bell last rang for this room, in milliseconds since 1970. */
  readonly rangAt: number
  readonly composer: ComposerState
  /** The directory whose path is being typed; its files are undefined until they are listed. */
  readonly files: ListedDirectory | undefined
  readonly pictures: Pictures
  /** GIFs of which the reader wants the opposite of what the motion setting says. */
  readonly toggledGifs: ReadonlySet<GifId>
  readonly selection: Selection | undefined
  /** The `seq` of the message that what is written will answer. */
  readonly replyTo: Seq | undefined
  /** Others who write something now. */
  readonly typists: readonly Typist[]
  /** When the others were last told that we write, in milliseconds since 1970. */
  readonly hintedAt: number
  /** Colours that more than one person here has, or had who wrote here. */
  readonly sharedColors: ReadonlySet<string>
  /** Everybody seen in this room, by id: their colour. */
  readonly seen: ReadonlyMap<UserId, string>
  /** A sentence in the status line until the next key. */
  readonly notice: Sentence | undefined
  /** Numbers the notes and presences. */
  readonly nextKey: number
}

/** Entries kept while the end is in sight; what is older is fetched again when somebody scrolls there. */
export const WINDOW_ENTRIES = 2_000
/** Entries kept while somebody reads further up, so that the ground does not move under the reader. */
export const READING_ENTRIES = 20_000
/** So many more are let in before the oldest go, since looking through all of them for each message would cost most. */
const SPARE_ENTRIES = 250
/** Presences in a row that are told in one line when they lie closer than this, in milliseconds. */
const PRESENCE_MS = 60_000

type Joined = Extract<ClientEvent, { type: 'joined' }>

/** A room just entered. */
export function enterChat(joined: Joined, me: UserId): ChatState {
  const empty: ChatState = {
    room: joined.room,
    me,
    members: joined.members,
    entries: [],
    outgoing: [],
    oldestSeq: undefined,
    newestSeq: 0,
    isLoadingOlder: false,
    seeking: undefined,
    scroll: 'end',
    unread: NOTHING_UNREAD,
    arePeopleShown: undefined,
    rangAt: 0,
    composer: emptyComposer,
    files: undefined,
    pictures: new Map(),
    toggledGifs: new Set(),
    selection: undefined,
    replyTo: undefined,
    typists: [],
    hintedAt: 0,
    sharedColors: new Set(),
    seen: new Map(),
    notice: undefined,
    nextKey: 0,
  }
  return addMessages(meet(empty, joined.members), joined.messages)
}

/** The room after a reconnect: who is here now. */
export const resumeChat = (chat: ChatState, { room, members }: Joined): ChatState =>
  meet({ ...chat, room, members, typists: [], pictures: afterResume(chat.pictures) }, members)

/** New messages at the end, in order; what is known already changes nothing. */
export function addMessages(chat: ChatState, messages: readonly ChatMessage[]): ChatState {
  const fresh = messages.filter(message => message.seq > chat.newestSeq)
  if (fresh.length === 0) return chat
  const entries = [...chat.entries, ...fresh.map(entryOf)]
  const settled = new Set(
    fresh.filter(({ user }) => user.id === chat.me).map(message => message.clientMessageId),
  )
  const authors = fresh.map(message => message.user)
  return keepWindow({
    ...meet(chat, authors),
    typists: withoutTypists(
      chat.typists,
      authors.map(({ id }) => id),
    ),
    entries,
    outgoing:
      settled.size === 0
        ? chat.outgoing
        : chat.outgoing.filter(({ clientMessageId }) => !settled.has(clientMessageId)),
    oldestSeq: chat.oldestSeq ?? fresh[0]?.seq,
    newestSeq: fresh.at(-1)?.seq ?? chat.newestSeq,
  })
}

/** A page of older messages in front; an empty page means that there is nothing older. */
export function addOlder(chat: ChatState, messages: readonly ChatMessage[]): ChatState {
  const oldest = chat.oldestSeq ?? Number.POSITIVE_INFINITY
  const older = messages.filter(message => message.seq < oldest)
  return {
    ...meet(
      chat,
      older.map(message => message.user),
    ),
    entries: [...older.map(entryOf), ...chat.entries],
    oldestSeq: older[0]?.seq ?? chat.oldestSeq,
    isLoadingOlder: false,
  }
}

/** Whether the server has messages before the first entry (a room's first message has `seq` 1). */
export const hasOlder = (chat: ChatState): boolean => chat.oldestSeq !== undefined && chat.oldestSeq > 1

/** People came in or left. */
export function addPresence(
  chat: ChatState,
  change: 'join' | 'exit',
  users: readonly User[],
  people: number,
  at: number,
): ChatState {
  const ids = new Set(users.map(user => user.id))
  const others = chat.members.filter(member => !ids.has(member.id))
  const typists = change === 'exit' ? withoutTypists(chat.typists, ids) : chat.typists
  const next = meet(
    {
      ...chat,
      typists,
      members: change === 'join' ? [...others, ...users] : others,
      room: { ...chat.room, people },
    },
    users,
  )
  const last = chat.entries.at(-1)
  if (last?.kind === 'presence' && last.change === change && at - last.at < PRESENCE_MS) {
    return { ...next, entries: [...chat.entries.slice(0, -1), { ...last, users: [...last.users, ...users] }] }
  }
  return addEntry(next, { kind: 'presence', key: `p${chat.nextKey}`, change, users, at })
}

/** Lines from this client to its user, in the conversation. */
export const addNote = (chat: ChatState, lines: NoteLines): ChatState =>
  addEntry(chat, { kind: 'note', key: `n${chat.nextKey}`, lines })

/** An outgoing message is new or changed. */
export function putOutgoing(chat: ChatState, message: OutgoingMessage): ChatState {
  const index = chat.outgoing.findIndex(({ clientMessageId }) => clientMessageId === message.clientMessageId)
  if (index === -1) return { ...chat, outgoing: [...chat.outgoing, message] }
  return { ...chat, outgoing: chat.outgoing.with(index, message) }
}

export const dropOutgoing = (chat: ChatState, id: ClientMessageId): ChatState => ({
  ...chat,
  outgoing: chat.outgoing.filter(({ clientMessageId }) => clientMessageId !== id),
})

/** The key of the entry that has the message with this `seq`. */
export const messageKey = (seq: Seq): string => `m${seq}`

const entryOf = (message: ChatMessage): Entry => ({ kind: 'message', key: messageKey(message.seq), message })

const addEntry = (chat: ChatState, entry: Entry): ChatState =>
  keepWindow({ ...chat, entries: [...chat.entries, entry], nextKey: chat.nextKey + 1 })

function keepWindow(chat: ChatState): ChatState {
  const limit = chat.scroll === 'end' ? WINDOW_ENTRIES : READING_ENTRIES
  if (chat.entries.length <= limit + SPARE_ENTRIES) return chat
  const entries = chat.entries.slice(chat.entries.length - limit)
  const oldest = entries.find(entry => entry.kind === 'message')
  const gifs = new Set(
    entries.flatMap(entry =>
      entry.kind === 'message' && 'gif' in entry.message ? [entry.message.gif.id] : [],
    ),
  )
  const pictures = new Map([...chat.pictures].filter(([gif]) => gifs.has(gif)))
  return {
    ...chat,
    entries,
    scroll: keptScroll(chat.scroll, entries),
    pictures,
    oldestSeq: oldest?.kind === 'message' ? oldest.message.seq : chat.oldestSeq,
  }
}

/** Whose place is gone sees the oldest of what is kept, and not suddenly the newest. */
function keptScroll(scroll: Scroll, entries: readonly Entry[]): Scroll {
  if (scroll === 'end' || entries.some(({ key }) => key === scroll.key)) return scroll
  // So many that they fill every window from the first on.
  const lowest = entries[Math.min(SPARE_ENTRIES, entries.length) - 1]
  return lowest === undefined ? 'end' : { key: lowest.key, hiddenRows: 0 }
}

/** Remembers who was here, to know which colours need a tag. */
function meet(chat: ChatState, users: readonly User[]): ChatState {
  const strangers = users.filter(user => !chat.seen.has(user.id))
  if (strangers.length === 0) return chat
  const seen = new Map(chat.seen)
  const colors = new Set(seen.values())
  const sharedColors = new Set(chat.sharedColors)
  for (const { id, color } of strangers) {
    if (seen.has(id)) continue
    if (colors.has(color)) sharedColors.add(color)
    colors.add(color)
    seen.set(id, color)
  }
  // The same set as long as nothing new is shared: what is laid out by it can be kept.
  return {
    ...chat,
    seen,
    sharedColors: sharedColors.size === chat.sharedColors.size ? chat.sharedColors : sharedColors,
  }
}
