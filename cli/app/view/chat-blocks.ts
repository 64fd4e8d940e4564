import type { ChatMessage, GifId, PostedGif, Seq, User, UserId } from '../../../protocol/model.ts'
import type { OutgoingMessage } from '../../connection/client-events.ts'
import { gifInWords } from '../../gif/gif-in-words.ts'
import type { Texts } from '../../i18n/en.ts'
import { centerSpans, type Row, rowWidth, type Span } from '../../text/row.ts'
import { wrapText } from '../../text/wrap-text.ts'
import type { ChatState, Entry } from '../model/chat-state.ts'
import type { Delay } from '../model/conversation/delay.ts'
import { type Naming, personNameOf } from '../model/people/names.ts'
import type { PictureState } from '../model/pictures.ts'
import { highlightedLines } from './highlighted-lines.ts'
import { outgoingStateRows } from './outgoing-rows.ts'
import { quoteSpans } from './quote.ts'
import {
  messageTextColumns,
  type Side,
  sidedLineRows,
  sidedTextRows,
  withSelectionBar,
  withSideBar,
} from './sided-rows.ts'

/** All that the rows of an item depend on, apart from the item and its neighbours. */
export interface BlockContext extends Naming {
  readonly texts: Texts
  readonly columns: number
  readonly me: UserId
  readonly myColor: string
  readonly pictures: ChatState['pictures']
  /** Why unsent messages wait. */
  readonly delay: Delay | undefined
  readonly isPlaying: (gif: GifId) => boolean
  /** The key of the selected entry. */
  readonly selected: string | undefined
  /** The key of the first entry that came while the reader was away. */
  readonly newFrom: string | undefined
  /** Whether the user's own messages are on the right. */
  readonly hasSides: boolean
  readonly hasLinks: boolean
  /** The message with this `seq`, or undefined if it is not loaded. */
  readonly quoted: (seq: Seq) => ChatMessage | undefined
}

/** An entry of the conversation, or a message that is not acked yet. Those come last. */
export type Item =
  | Entry
  | { readonly kind: 'outgoing'; readonly key: string; readonly message: OutgoingMessage }

/** How many names one line about joins or leaves lists. */
const NAMED_PEOPLE = 5
const MINUTE_MS = 60_000

/** What an item needs to know about its neighbours. */
interface Surroundings {
  /** Whether it shares the heading above it: same author, same minute. */
  readonly isContinued: boolean
  /** Whether it is the first of its day in the local time zone. */
  readonly opensDay: boolean
  /** Whether it is the first that came while the reader was away. */
  readonly opensUnread: boolean
}

/** The rows of one item, below the lines for a new day and for unread messages. */
export function chatBlockRows(item: Item, around: Surroundings, context: BlockContext): readonly Row[] {
  const rows = linesAbove(item, around, context)
  switch (item.kind) {
    case 'message':
      return [...rows, ...messageRows(item.key, item.message, around, context)]
    case 'outgoing':
      return [...rows, ...outgoingRows(item.key, item.message, around, context)]
    case 'presence':
      return [...rows, ...presenceRows(item, context)]
    case 'note':
      return [...rows, ...noteRows(item, context)]
    default:
      return item satisfies never
  }
}

export function chatBlockSurroundings(
  items: readonly Item[],
  index: number,
  { me, newFrom }: BlockContext,
): Surroundings {
  const item = items[index]
  const previous = items[index - 1]
  const opensUnread = item !== undefined && item.key === newFrom
  if (item === undefined || previous === undefined)
    return { isContinued: false, opensDay: false, opensUnread }
  // Notes have no time, so the day is compared with the entry before them.
  let timed = index - 1
  while (timed > 0 && items[timed]?.kind === 'note') timed--
  const [at, before] = [timeOf(item), timeOf(items[timed] ?? previous)]
  const opensDay = at !== undefined && before !== undefined && dayOf(at) !== dayOf(before)
  const author = authorOf(item, me)
  const isContinued =
    author !== undefined &&
    author === authorOf(previous, me) &&
    minuteOf(item) === minuteOf(previous) &&
    !opensUnread
  return { isContinued, opensDay, opensUnread }
}

function messageRows(
  key: string,
  message: ChatMessage,
  { isContinued }: Surroundings,
  context: BlockContext,
): readonly Row[] {
  const isMine = message.user.id === context.me
  const isRight = isMine && context.hasSides
  const side: Side = { isRight, color: message.user.color, columns: context.columns }
  const rows: Row[] = []
  if (!isContinued) rows.push(headingRow(key, message, side, context))
  rows.push(...quoteRows(key, message.replyTo, side, context))
  const said =
    'gif' in message ? gifRows(key, message.gif, side, context) : saidRows(key, message.text, side, context)
  rows.push(...(key === context.selected ? withSelectionBar(said, side) : said))
  return rows
}

function outgoingRows(
  key: string,
  message: OutgoingMessage,
  { isContinued }: Surroundings,
  context: BlockContext,
): readonly Row[] {
  const side: Side = {
    isRight: context.hasSides,
    color: context.myColor,
    columns: context.columns,
    tone: 'faint',
  }
  const rows: Row[] = []
  const { createdAt } = message
  if (!isContinued) rows.push(headingRow(key, { user: myself(context), createdAt }, side, context))
  const { body } = message
  rows.push(...quoteRows(key, message.replyTo, side, context))
  rows.push(
    ...('text' in body
      ? saidRows(key, body.text, side, context)
      : sidedTextRows(key, `[GIF ${body.name}]`, side)),
  )
  rows.push(...outgoingStateRows(key, message, side, context))
  return rows
}

/** The message that an item replies to, if there is one and it is loaded. */
export function messageQuotedBy(item: Item, { quoted }: BlockContext): ChatMessage | undefined {
  const replyTo = item.kind === 'message' || item.kind === 'outgoing' ? item.message.replyTo : undefined
  return replyTo === undefined ? undefined : quoted(replyTo)
}

/** The names that the rows of an item show. A name gets a tag when somebody alike comes. */
export function namesInChatBlock(item: Item, context: BlockContext): readonly string[] {
  if (item.kind === 'note') return []
  if (item.kind === 'presence')
    return item.users.slice(0, NAMED_PEOPLE).map(user => personNameOf(user, context))
  const author = item.kind === 'message' ? item.message.user : myself(context)
  const quoted = messageQuotedBy(item, context)
  return [author, ...(quoted === undefined ? [] : [quoted.user])].map(user => personNameOf(user, context))
}

const myself = ({ me, myColor }: BlockContext): User => ({ id: me, color: myColor })

function quoteRows(key: string, replyTo: Seq | undefined, side: Side, context: BlockContext): readonly Row[] {
  if (replyTo === undefined) return []
  const spans = quoteSpans(context.quoted(replyTo), { ...context, columns: messageTextColumns(side) })
  return [{ key: `${key}>`, spans: withSideBar(spans, rowWidth(spans), side) }]
}

function gifRows(key: string, gif: PostedGif, side: Side, context: BlockContext): readonly Row[] {
  const shown = context.pictures.get(gif.id)
  if (shown?.state !== 'ready')
    return sidedTextRows(key, gifInWords(gif) + pictureNote(shown, context.texts), side)
  const { picture } = shown
  const pause = gif.frames > 1 && !context.isPlaying(gif.id) ? [context.texts.chat.gifPaused] : []
  return [
    ...Array.from(
      { length: picture.rows },
      (_, row): Row => ({
        key: `${key}.${row}`,
        spans: withSideBar([], picture.columns, side),
        picture: { picture, row },
      }),
    ),
    ...sidedTextRows(`${key}.name`, [gif.name, ...pause].join(' · '), { ...side, tone: 'faint' }),
  ]
}

function pictureNote(picture: PictureState | undefined, texts: Texts): string {
  if (picture?.state === 'loading') return ` ${texts.chat.gifLoading}`
  return picture?.state === 'broken' ? ` ${texts.chat.gifBroken(picture.why)}` : ''
}

function saidRows(key: string, text: string, side: Side, context: BlockContext): readonly Row[] {
  const { me, myColor, hasLinks } = context
  const lines = highlightedLines(text, {
    columns: messageTextColumns(side),
    me: { id: me, color: myColor },
    id: key,
    hasLinks,
    tone: side.tone,
  })
  return sidedLineRows(key, lines, side)
}

/** Who said it, and when. Something that a bot said is marked as that. */
function headingRow(
  key: string,
  { user, createdAt, bot }: Pick<ChatMessage, 'user' | 'createdAt' | 'bot'>,
  side: Side,
  context: BlockContext,
): Row {
  const { texts, me } = context
  const time: Span = { text: texts.chat.time(createdAt), tone: 'faint' }
  const name: Span = { text: personNameOf(user, context), color: user.color, tone: 'strong' }
  const tags = [...(user.id === me ? [texts.you] : []), ...(bot ? [texts.chat.roles.bot] : [])]
  const named = [name, ...tags.map((tag): Span => ({ text: ` ${tag}`, tone: 'faint' }))]
  const spans = side.isRight ? [time, { text: '  ' }, ...named] : [...named, { text: '  ' }, time]
  return { key: `${key}^`, spans: withSideBar(spans, rowWidth(spans), side) }
}

function presenceRows(entry: Extract<Entry, { kind: 'presence' }>, context: BlockContext): readonly Row[] {
  const named = namesInChatBlock(entry, context)
  const more = entry.users.length - named.length
  const { cameIn, left } = context.texts.chat
  const sentence = entry.change === 'join' ? cameIn(named, more) : left(named, more)
  return wrapText(sentence, context.columns - 2).map((text, index) => ({
    key: `${entry.key}.${index}`,
    spans: centerSpans([{ text, tone: 'faint' }], context.columns),
  }))
}

/** A line too long for the window is wrapped. If it had several tones, it then has only one. */
function noteRows(entry: Extract<Entry, { kind: 'note' }>, { texts, columns }: BlockContext): readonly Row[] {
  const room = columns - 2
  return entry
    .lines(texts)
    .flatMap((spans): readonly (readonly Span[])[] => {
      if (rowWidth(spans) <= room) return [spans]
      const tones = new Set(spans.map(span => span.tone))
      const tone = tones.size === 1 ? spans[0]?.tone : 'accent'
      return wrapText(spans.map(span => span.text).join(''), room).map(text => [{ text, tone }])
    })
    .map((spans, index) => ({ key: `${entry.key}.${index}`, spans: [{ text: '  ' }, ...spans] }))
}

/** The line that begins a new day, and the line above the first unread entry. */
function linesAbove(
  item: Item,
  { opensDay, opensUnread }: Surroundings,
  { texts, columns }: BlockContext,
): readonly Row[] {
  const rows: Row[] = []
  const at = timeOf(item)
  if (opensDay && at !== undefined) {
    const day: Span = { text: `— ${texts.chat.day(at)} —`, tone: 'faint' }
    rows.push({ key: `${item.key}-day`, spans: centerSpans([day], columns) })
  }
  if (opensUnread) {
    const line: Span = { text: `— ${texts.chat.newFromHere} —`, tone: 'accent' }
    rows.push({ key: `${item.key}-new`, spans: centerSpans([line], columns) })
  }
  return rows
}

/** One person and that person's bot are two. */
const authorOf = (item: Item, me: UserId): string | undefined => {
  if (item.kind === 'message') return `${item.message.user.id}${item.message.bot ? ' bot' : ''}`
  return item.kind === 'outgoing' ? me : undefined
}

const timeOf = (item: Item): number | undefined => {
  if (item.kind === 'note') return undefined
  return item.kind === 'presence' ? item.at : item.message.createdAt
}

const minuteOf = (item: Item): number => Math.floor((timeOf(item) ?? 0) / MINUTE_MS)

const dayOf = (at: number): string => new Date(at).toDateString()
