import type {
  ChatMessage,
  ClientMessageId,
  GifId,
  RoomSummary,
  Seq,
  User,
  UserId,
} from '../../../protocol/model.ts'
import type { Attendants, ClientEvent, OutgoingMessage } from '../../connection/client-events.ts'
import type { ListedFile } from '../../files/gif-file-listing.ts'
import type { SmallerGif } from '../../files/smaller-gif-file.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import { type ComposerState, emptyComposer } from './composer.ts'
import type { Delay } from './conversation/delay.ts'
import {
  dropOldestEntries,
  type Entry,
  entryOfMessage,
  type NoteLines,
  type Scroll,
} from './conversation/entry.ts'
import type { Seeking } from './conversation/seeking.ts'
import type { Environment } from './environment.ts'
import { type MetPeople, meetPeople, nobodyMet } from './people/met-people.ts'
import { type Pictures, picturesAfterResume } from './pictures.ts'
import { type Typist, withoutTypists } from './typists.ts'
import { NOTHING_UNREAD, type Unread } from './unread.ts'

/** The message that keys and commands act on. */
interface Selection {
  /** The entry's key. */
  readonly key: string
  /** False while the user types in the composer what to do with the message. */
  readonly hasKeys: boolean
  /**
   * The unsent text that a command replaced in the composer. It comes back when the selection ends.
   */
  readonly draft?: string
}

export type { Entry, NoteLines, Scroll } from './conversation/entry.ts'
export { entryKeyOf, READING_ENTRIES, WINDOW_ENTRIES } from './conversation/entry.ts'

interface ListedDirectory {
  readonly directory: string
  readonly files: readonly ListedFile[] | undefined
}

/** The room that the user is in. */
export interface ChatState {
  readonly room: RoomSummary
  readonly me: UserId
  readonly members: readonly User[]
  readonly attendants: Attendants
  readonly entries: readonly Entry[]
  readonly outgoing: readonly OutgoingMessage[]
  /** Why they wait, once that takes long. */
  readonly delay: Delay | undefined
  /** The smallest `seq` among the entries; undefined while there is no message. */
  readonly oldestSeq: Seq | undefined
  readonly newestSeq: Seq
  readonly isLoadingOlder: boolean
  /** The end of the conversation, kept aside while an earlier part is shown. */
  readonly keptEnd: Pick<ChatState, 'entries' | 'oldestSeq'> | undefined
  /** Messages further up that others answer. Undefined for those that were asked for. */
  readonly quotes: ReadonlyMap<Seq, ChatMessage | undefined>
  /** The newest messages that answer one which is not loaded, until it is known whose that is. */
  readonly unclearAnswers: readonly ChatMessage[]
  /** What is being searched for in the history. */
  readonly seeking: Seeking | undefined
  /** The word that was found last, and where. */
  readonly found: { readonly word: string; readonly seq: Seq } | undefined
  readonly scroll: Scroll
  readonly unread: Unread
  /**
   * Whether the list of people is shown beside the conversation, if there is room for it. Undefined
   * lets the width of the window decide.
   */
  readonly arePeopleShown: boolean | undefined
  /** When the bell last rang for this room, in milliseconds since 1970. */
  readonly rangAt: number
  readonly composer: ComposerState
  /** The directory whose path is being typed. Its files are undefined until they are listed. */
  readonly files: ListedDirectory | undefined
  readonly pictures: Pictures
  /** GIFs that the reader has switched to the opposite of the `animation` setting. */
  readonly toggledGifs: ReadonlySet<GifId>
  /** A smaller GIF that was made of a file which the server would refuse. */
  readonly offer?: GifOffer | undefined
  readonly selection: Selection | undefined
  /** The `seq` of the message that the text in the composer will answer. */
  readonly replyTo: Seq | undefined
  /** Other people who are typing now. */
  readonly typists: readonly Typist[]
  /** When this client last sent a typing hint, in milliseconds since 1970. */
  readonly hintedAt: number
  /** Everybody who sat here or spoke, and who of them looks like somebody else. */
  readonly met: MetPeople
  /** A sentence in the status line until the next key. */
  readonly notice: Sentence | undefined
  /** Numbers the notes and presences. */
  readonly nextKey: number
}

interface GifOffer {
  /** As it was typed. */
  readonly path: string
  readonly gif: SmallerGif
  /** Something else stands in the composer: the offer waits until its line is sent again. */
  readonly waits: boolean
}

/** In place of messages that are kept no longer (PROTOCOL.md M6). */
const MISSING: NoteLines = texts => [[{ text: texts.chat.missing, tone: 'faint' }]]

type Joined = Extract<ClientEvent, { type: 'joined' }>

/** The state of a room that the user has just joined. */
export function chatStateOnJoin(
  joined: Joined,
  me: UserId,
  { colors }: Pick<Environment, 'colors'>,
): ChatState {
  const empty: ChatState = {
    room: joined.room,
    me,
    members: joined.members,
    attendants: joined.attendants,
    entries: [],
    outgoing: [],
    delay: undefined,
    oldestSeq: undefined,
    newestSeq: (joined.messages[0]?.seq ?? joined.lastSeq + 1) - 1,
    isLoadingOlder: false,
    keptEnd: undefined,
    quotes: new Map(),
    unclearAnswers: [],
    seeking: undefined,
    found: undefined,
    scroll: 'end',
    unread: NOTHING_UNREAD,
    arePeopleShown: undefined,
    rangAt: Number.NEGATIVE_INFINITY,
    composer: emptyComposer,
    files: undefined,
    pictures: new Map(),
    toggledGifs: new Set(),
    selection: undefined,
    replyTo: undefined,
    typists: [],
    hintedAt: Number.NEGATIVE_INFINITY,
    met: nobodyMet(colors),
    notice: undefined,
    nextKey: 0,
  }
  return addMessagesToChat(withPresent(empty, joined), joined.messages)
}

/** The room after a reconnect, with the current members. */
export const chatStateOnResume = (chat: ChatState, joined: Joined): ChatState =>
  withPresent(
    {
      ...chat,
      room: joined.room,
      typists: [],
      quotes: new Map(),
      pictures: picturesAfterResume(chat.pictures),
    },
    joined,
  )

const withPresent = (chat: ChatState, { members, attendants }: Joined): ChatState =>
  withAttendants(withMetPeople({ ...chat, members }, members), attendants)

/** The room with the bots and observers that are there now. */
export const withAttendants = (chat: ChatState, attendants: Attendants): ChatState =>
  withMetPeople({ ...chat, attendants }, [...attendants.bots, ...attendants.observers])

/**
 * Adds new messages at the end, in order of `seq`. Known messages are ignored. A note stands for
 * those between that the client could not get.
 */
export const addMessagesToChat = (chat: ChatState, messages: readonly ChatMessage[]): ChatState =>
  changeChatEnd(chat, end => addMessages(end, messages))

function addMessages(before: ChatState, messages: readonly ChatMessage[]): ChatState {
  const fresh = messages.filter(message => message.seq > before.newestSeq)
  const [first] = fresh
  if (first === undefined) return before
  const chat = first.seq > before.newestSeq + 1 ? addNoteToChat(before, MISSING) : before
  const entries = [...chat.entries, ...fresh.map(entryOfMessage)]
  const ackedIds = new Set(
    fresh.filter(({ user }) => user.id === chat.me).map(message => message.clientMessageId),
  )
  const authors = fresh.map(message => message.user)
  return dropOldestEntries({
    ...withMetPeople(chat, authors),
    typists: withoutTypists(
      chat.typists,
      authors.map(({ id }) => id),
    ),
    entries,
    outgoing:
      ackedIds.size === 0
        ? chat.outgoing
        : chat.outgoing.filter(({ clientMessageId }) => !ackedIds.has(clientMessageId)),
    oldestSeq: chat.oldestSeq ?? first.seq,
    newestSeq: fresh.at(-1)?.seq ?? chat.newestSeq,
  })
}

/** Adds a page of older messages in front. An empty page means that none are kept. */
export function addOlderToChat(chat: ChatState, messages: readonly ChatMessage[]): ChatState {
  const oldest = chat.oldestSeq ?? Number.POSITIVE_INFINITY
  const older = messages.filter(message => message.seq < oldest)
  const missing: Entry = { kind: 'note', key: 'missing', lines: MISSING }
  const isMissing = messages.length === 0 && hasOlderMessages(chat)
  const authors = older.map(message => message.user)
  return {
    ...withMetPeople(chat, authors),
    entries: [...(isMissing ? [missing] : older.map(entryOfMessage)), ...chat.entries],
    oldestSeq: older[0]?.seq ?? 1,
    isLoadingOlder: false,
  }
}

/** Whether the server has older messages. The first message of a room has `seq` 1. */
export const hasOlderMessages = (chat: ChatState): boolean =>
  chat.oldestSeq !== undefined && chat.oldestSeq > 1

/** Adds a note from this client to its user at the end of the conversation. */
export const addNoteToChat = (chat: ChatState, lines: NoteLines, isLocalInvite = false): ChatState =>
  changeChatEnd(chat, end =>
    addEntryToChat(end, { kind: 'note', key: `n${end.nextKey}`, lines, isLocalInvite }),
  )

/** Takes out the invitations that others can't use, now that there are some that they can. */
export const dropLocalInvites = (chat: ChatState): ChatState =>
  changeChatEnd(chat, end => ({
    ...end,
    entries: end.entries.filter(entry => entry.kind !== 'note' || entry.isLocalInvite !== true),
  }))

/** Adds an outgoing message, or replaces the one with the same id. */
export function putOutgoingInChat(chat: ChatState, message: OutgoingMessage): ChatState {
  const index = chat.outgoing.findIndex(({ clientMessageId }) => clientMessageId === message.clientMessageId)
  if (index === -1) return { ...chat, outgoing: [...chat.outgoing, message] }
  return { ...chat, outgoing: chat.outgoing.with(index, message) }
}

export const dropOutgoingFromChat = (chat: ChatState, id: ClientMessageId): ChatState => ({
  ...chat,
  outgoing: chat.outgoing.filter(({ clientMessageId }) => clientMessageId !== id),
})

/** Changes the end of the conversation, also while an earlier part is shown in its place. */
export function changeChatEnd(chat: ChatState, change: (end: ChatState) => ChatState): ChatState {
  if (chat.keptEnd === undefined) return change(chat)
  const { entries, oldestSeq, scroll, pictures } = chat
  const end = change({ ...chat, ...chat.keptEnd, keptEnd: undefined, scroll: 'end' })
  const keptEnd = { entries: end.entries, oldestSeq: end.oldestSeq }
  return { ...end, entries, oldestSeq, scroll, pictures, keptEnd }
}

/** Adds an entry at the end. Its key is made from `nextKey`. */
export const addEntryToChat = (chat: ChatState, entry: Entry): ChatState =>
  dropOldestEntries({ ...chat, entries: [...chat.entries, entry], nextKey: chat.nextKey + 1 })

/** Remembers who was in the room, to know whose name needs a tag (PROTOCOL.md I3). */
export function withMetPeople(chat: ChatState, users: readonly User[]): ChatState {
  const met = meetPeople(chat.met, users)
  return met === chat.met ? chat : { ...chat, met }
}
