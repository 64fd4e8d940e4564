import type { ChatMessage, GifId, PostedGif, Seq, User, UserId } from '../../protocol/model.ts'
import type { OutgoingMessage } from '../connection/client-events.ts'
import { gifLine, sizeInWords } from '../gif/gif-line.ts'
import type { Texts } from '../i18n/en.ts'
import type { ChatState, Entry, PictureState } from './chat-state.ts'
import { type Naming, nameOf } from './names.ts'
import { quoteSpans } from './replies.ts'
import { centered, type Row, rowWidth, type Span } from './row.ts'
import { fit, widthOf } from './screen-width.ts'
import { problemSentence } from './sentence.ts'
import { wrapText } from './wrap-text.ts'

/** What a block needs to know beyond its own entry. */
export interface BlockContext extends Naming {
  readonly texts: Texts
  readonly columns: number
  readonly me: UserId
  readonly myColor: string
  readonly pictures: ChatState['pictures']
  readonly isPlaying: (gif: GifId) => boolean
  /** The key of the selected entry. */
  readonly selected: string | undefined
  /** A message by its `seq`, as far as it is loaded. */
  readonly quoted: (seq: Seq) => ChatMessage | undefined
}

/** What the layout shows one after the other: the conversation, then what is on its way. */
export type Item =
  | Entry
  | { readonly kind: 'outgoing'; readonly key: string; readonly message: OutgoingMessage }

/** Names listed in one line about people who came or left. */
const NAMED_PEOPLE = 5
const MINUTE_MS = 60_000

/** The rows of one item; `previous` decides whether a day line and a heading stand above it. */
export function blockOf(item: Item, previous: Item | undefined, context: BlockContext): readonly Row[] {
  const rows = [...dayRows(item, previous, context)]
  switch (item.kind) {
    case 'message':
      rows.push(...messageRows(item.key, item.message, previous, context))
      break
    case 'outgoing':
      rows.push(...outgoingRows(item.key, item.message, previous, context))
      break
    case 'presence':
      rows.push(presenceRow(item, context))
      break
    case 'note':
      rows.push(...noteRows(item, context))
  }
  return rows
}

/** Whether an item goes under the heading of the one before: the same person in the same minute. */
export function continues(item: Item, previous: Item | undefined, me: UserId): boolean {
  if (previous === undefined) return false
  const [author, before] = [authorOf(item, me), authorOf(previous, me)]
  return author !== undefined && author === before && minuteOf(item) === minuteOf(previous)
}

/** Whether an item is the first of its day, by this machine's calendar. */
export function opensDay(item: Item, previous: Item | undefined): boolean {
  const [at, before] = [timeOf(item), previous === undefined ? undefined : timeOf(previous)]
  return (
    at !== undefined &&
    before !== undefined &&
    new Date(at).toDateString() !== new Date(before).toDateString()
  )
}

function messageRows(
  key: string,
  message: ChatMessage,
  previous: Item | undefined,
  context: BlockContext,
): readonly Row[] {
  const isMine = message.user.id === context.me
  const side: Side = { isMine, color: message.user.color, columns: context.columns }
  const rows: Row[] = []
  if (!continues({ kind: 'message', key, message }, previous, context.me)) {
    rows.push(headingRow(key, message.user, message.createdAt, side, context))
  }
  rows.push(...quoteRows(key, message.replyTo, side, context))
  const said = 'gif' in message ? gifRows(key, message.gif, side, context) : textRows(key, message.text, side)
  rows.push(...(key === context.selected ? marked(said, side) : said))
  return rows
}

function outgoingRows(
  key: string,
  message: OutgoingMessage,
  previous: Item | undefined,
  context: BlockContext,
): readonly Row[] {
  const { texts } = context
  const side: Side = { isMine: true, color: context.myColor, columns: context.columns, tone: 'faint' }
  const rows: Row[] = []
  if (!continues({ kind: 'outgoing', key, message }, previous, context.me)) {
    rows.push(headingRow(key, { id: context.me, color: context.myColor }, message.createdAt, side, context))
  }
  const { body } = message
  rows.push(...quoteRows(key, message.replyTo, side, context))
  rows.push(...textRows(key, 'text' in body ? body.text : `[GIF ${body.name}]`, side))
  if (message.state === 'failed') {
    const why = message.error === undefined ? '' : problemSentence(message.error)(texts)
    rows.push(
      ...textRows(`${key}!`, `${texts.chat.failed(why)}\n${texts.chat.failedKeys}`, {
        ...side,
        tone: 'warning',
      }),
    )
  } else if ('gifPath' in body) {
    rows.push(...textRows(`${key}!`, uploadLine(message, body.bytes, context), side))
  }
  return rows
}

/** Narrow windows keep the words. */
const BAR_CELLS = 16
const COLUMNS_FOR_BAR = 70
/** Before that, what went out tells more of buffers than of the network. */
const RATE_FROM_MS = 300

/** How far an upload is, how fast it goes, and how to stop it. */
function uploadLine(
  { uploadedBytes = 0, uploadMs = 0 }: OutgoingMessage,
  bytes: number,
  { texts, columns }: BlockContext,
): string {
  const share = uploadedBytes / Math.max(1, bytes)
  const filled = Math.floor(share * BAR_CELLS)
  const bar = columns < COLUMNS_FOR_BAR ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} `
  const rate = uploadMs < RATE_FROM_MS ? [] : [`${sizeInWords((1000 * uploadedBytes) / uploadMs)}/s`]
  return bar + [texts.chat.uploading(Math.floor(share * 100)), ...rate, texts.chat.uploadKeys].join(' · ')
}

/** The message that an item answers, if it answers one that is loaded. */
export function quotedBy(item: Item, { quoted }: BlockContext): ChatMessage | undefined {
  const replyTo = item.kind === 'message' || item.kind === 'outgoing' ? item.message.replyTo : undefined
  return replyTo === undefined ? undefined : quoted(replyTo)
}

function quoteRows(key: string, replyTo: Seq | undefined, side: Side, context: BlockContext): readonly Row[] {
  if (replyTo === undefined) return []
  const spans = quoteSpans(context.quoted(replyTo), { ...context, columns: textColumns(side) })
  return [{ key: `${key}>`, spans: sided(spans, rowWidth(spans), side) }]
}

function gifRows(key: string, gif: PostedGif, side: Side, context: BlockContext): readonly Row[] {
  const shown = context.pictures.get(gif.id)
  if (shown?.state !== 'ready') return textRows(key, gifLine(gif) + pictureNote(shown, context.texts), side)
  const { picture } = shown
  const pause = gif.frames > 1 && !context.isPlaying(gif.id) ? [context.texts.chat.gifPaused] : []
  return [
    ...Array.from(
      { length: picture.rows },
      (_, row): Row => ({
        key: `${key}.${row}`,
        spans: sided([], picture.columns, side),
        picture: { picture, row },
      }),
    ),
    ...textRows(`${key}.name`, [gif.name, ...pause].join(' · '), { ...side, tone: 'faint' }),
  ]
}

function pictureNote(picture: PictureState | undefined, texts: Texts): string {
  if (picture?.state === 'loading') return ` ${texts.chat.gifLoading}`
  return picture?.state === 'broken' ? ` ${texts.chat.gifBroken(picture.why)}` : ''
}

/** On which side a person's rows stand, marked by a bar in their colour. */
interface Side {
  readonly isMine: boolean
  readonly color: string
  readonly columns: number
  readonly tone?: 'faint' | 'warning'
}

function headingRow(key: string, user: User, at: number, side: Side, context: BlockContext): Row {
  const time: Span = { text: context.texts.chat.time(at), tone: 'faint' }
  const name: Span = { text: nameOf(user, context), color: user.color, tone: 'strong' }
  const you: Span = { text: ` ${context.texts.you}`, tone: 'faint' }
  const spans = side.isMine ? [time, { text: '  ' }, name, you] : [name, { text: '  ' }, time]
  return { key: `${key}^`, spans: sided(spans, rowWidth(spans), side) }
}

/** A row as long as the screen is hard to read, and one that leaves a margin shows whose it is. */
const textColumns = ({ columns }: Side): number =>
  columns < 60 ? columns - 6 : Math.min(100, Math.floor(columns * 0.75))

/** Lines of one message keep one left edge on either side, so that they read as one block. */
function textRows(key: string, text: string, side: Side): readonly Row[] {
  const lines = wrapText(text, textColumns(side))
  const width = Math.max(...lines.map(widthOf))
  return lines.map((line, index) => {
    const shown = side.isMine ? fit(line, width) : line
    const span = side.tone === undefined ? { text: shown } : { text: shown, tone: side.tone }
    return { key: `${key}.${index}`, spans: sided([span], widthOf(shown), side) }
  })
}

/** The same rows with a bar that is seen without colour too. */
function marked(rows: readonly Row[], { isMine }: Side): readonly Row[] {
  return rows.map((row, index) => {
    const bar: Span = { text: index > 0 ? '█' : isMine ? '◄' : '►', tone: 'strong' }
    return { ...row, spans: isMine ? [...row.spans.slice(0, -1), bar] : [bar, ...row.spans.slice(1)] }
  })
}

function sided(spans: readonly Span[], width: number, { isMine, color, columns }: Side): readonly Span[] {
  if (!isMine) return [{ text: '▎', color }, ...spans]
  return [{ text: ' '.repeat(Math.max(0, columns - width - 1)) }, ...spans, { text: '▕', color }]
}

function presenceRow(entry: Extract<Entry, { kind: 'presence' }>, context: BlockContext): Row {
  const named = entry.users.slice(0, NAMED_PEOPLE).map(user => nameOf(user, context))
  const more = entry.users.length - named.length
  const { cameIn, left } = context.texts.chat
  const sentence = entry.change === 'join' ? cameIn(named, more) : left(named, more)
  return { key: entry.key, spans: centered([{ text: sentence, tone: 'faint' }], context.columns) }
}

/** A line too long for the window loses its styles, not its words. */
function noteRows(entry: Extract<Entry, { kind: 'note' }>, { texts, columns }: BlockContext): readonly Row[] {
  const room = columns - 2
  return entry
    .lines(texts)
    .flatMap((spans): readonly (readonly Span[])[] => {
      if (rowWidth(spans) <= room) return [spans]
      return wrapText(spans.map(span => span.text).join(''), room).map(text => [{ text, tone: 'accent' }])
    })
    .map((spans, index) => ({ key: `${entry.key}.${index}`, spans: [{ text: '  ' }, ...spans] }))
}

function dayRows(item: Item, previous: Item | undefined, { texts, columns }: BlockContext): readonly Row[] {
  const at = timeOf(item)
  if (at === undefined || !opensDay(item, previous)) return []
  return [
    {
      key: `${item.key}-day`,
      spans: centered([{ text: `— ${texts.chat.day(at)} —`, tone: 'faint' }], columns),
    },
  ]
}

const authorOf = (item: Item, me: UserId): UserId | undefined => {
  if (item.kind === 'message') return item.message.user.id
  return item.kind === 'outgoing' ? me : undefined
}

const timeOf = (item: Item): number | undefined => {
  if (item.kind === 'note') return undefined
  return item.kind === 'presence' ? item.at : item.message.createdAt
}

const minuteOf = (item: Item): number => Math.floor((timeOf(item) ?? 0) / MINUTE_MS)
