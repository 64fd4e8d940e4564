import type { PostedGif, Seq } from '../../../protocol/model.ts'
import type { Row } from '../../text/row.ts'
import type { ChatState, Scroll } from '../model/chat-state.ts'
import {
  type BlockContext,
  chatBlockRows,
  chatBlockSurroundings,
  type Item,
  messageQuotedBy,
  namesInChatBlock,
} from './chat-blocks.ts'

/** The part of a conversation that is on the screen. */
interface Viewport {
  /** From top to bottom, at most as many as were asked for. */
  readonly rows: readonly Row[]
  /** Whether the first item is among them. */
  readonly isAtTop: boolean
  /** GIFs with at least one row on the screen. */
  readonly gifs: readonly PostedGif[]
  /** Messages that replies on the screen answer, and that nobody has asked for yet. */
  readonly unquoted: readonly Seq[]
}

/** The rows from the scroll position upwards that fit into `rows`. Lays out nothing else. */
export function layoutChatViewport(chat: ChatState, context: BlockContext, rows: number): Viewport {
  const items = itemsOf(chat)
  const [last, hidden] = lowestPosition(items, chat.scroll, heightsOf(items, context), rows)
  const seen: Row[][] = []
  const gifs: PostedGif[] = []
  const unquoted: Seq[] = []
  let room = rows
  let index = last
  for (; index >= 0 && room > 0; index--) {
    const block = blockAt(items, index, context)
    const visible = index === last && hidden > 0 ? block.slice(0, -hidden) : block
    const part = visible.slice(Math.max(0, visible.length - room))
    room -= part.length
    seen.unshift(part)
    const item = items[index]
    if (item?.kind !== 'message' || part.length === 0) continue
    const { message } = item
    if ('gif' in message) gifs.push(message.gif)
    const { replyTo } = message
    if (replyTo !== undefined && context.quoted(replyTo) === undefined && !chat.quotes.has(replyTo))
      unquoted.push(replyTo)
  }
  return { rows: seen.flat(), isAtTop: index < 0, gifs, unquoted }
}

/**
 * The position after scrolling `distance` rows up, or down if negative, in a list of `rows` rows.
 */
export function layoutScrollBy(
  chat: ChatState,
  context: BlockContext,
  rows: number,
  distance: number,
): Scroll {
  const items = itemsOf(chat)
  const heightOf = heightsOf(items, context)
  let [index, hidden] = lowestPosition(items, chat.scroll, heightOf, rows)
  hidden += distance
  while (index >= 0 && hidden >= heightOf(index)) {
    hidden -= heightOf(index)
    index--
  }
  while (hidden < 0 && index < items.length - 1) {
    index++
    hidden += heightOf(index)
  }
  return scrollAt(items, ...notAboveTop(topOf(items, heightOf, rows), [index, hidden]))
}

/** The position that shows the first row at the top. */
export function layoutScrollToTop(chat: ChatState, context: BlockContext, rows: number): Scroll {
  const items = itemsOf(chat)
  return scrollAt(items, ...topOf(items, heightsOf(items, context), rows))
}

/** The nearest position that shows all of an item. New items at the end do not move it. */
export function layoutScrollToItem(
  chat: ChatState,
  context: BlockContext,
  rows: number,
  key: string,
): Scroll {
  const items = itemsOf(chat)
  const target = items.findLastIndex(item => item.key === key)
  if (target === -1) return chat.scroll
  const heightOf = heightsOf(items, context)
  let [index, hidden] = lowestPosition(items, chat.scroll, heightOf, rows)
  if (index < target || (index === target && hidden > 0)) return { key, hiddenRows: 0 }
  let height = -hidden
  for (let at = target; at <= index; at++) height += heightOf(at)
  hidden += Math.max(0, height - rows)
  while (index > target && hidden >= heightOf(index)) {
    hidden -= heightOf(index)
    index--
  }
  return { key: items[index]?.key ?? key, hiddenRows: hidden }
}

/** Unsent messages come last, so not below an earlier part of the conversation. */
const itemsOf = (chat: ChatState): readonly Item[] =>
  chat.outgoing.length === 0 || chat.keptEnd !== undefined
    ? chat.entries
    : [
        ...chat.entries,
        ...chat.outgoing.map(
          (message): Item => ({ kind: 'outgoing', key: `o${message.clientMessageId}`, message }),
        ),
      ]

/** The lowest visible item, and how many of its rows are below the screen. */
type Position = readonly [index: number, hidden: number]

type HeightOf = (index: number) => number

const heightsOf =
  (items: readonly Item[], context: BlockContext): HeightOf =>
  index =>
    blockAt(items, index, context).length

/**
 * The lowest item on the screen. If the window has grown, it moves down, so that no row above the
 * first stays empty.
 */
function lowestPosition(items: readonly Item[], scroll: Scroll, heightOf: HeightOf, rows: number): Position {
  const end: Position = [items.length - 1, 0]
  if (scroll === 'end') return end
  const index = items.findLastIndex(item => item.key === scroll.key)
  return index === -1 ? end : notAboveTop(topOf(items, heightOf, rows), [index, scroll.hiddenRows])
}

const notAboveTop = (top: Position, place: Position): Position =>
  place[0] < top[0] || (place[0] === top[0] && place[1] > top[1]) ? top : place

const scrollAt = (items: readonly Item[], index: number, hidden: number): Scroll => {
  const item = items[index]
  return item === undefined || (index === items.length - 1 && hidden <= 0)
    ? 'end'
    : { key: item.key, hiddenRows: hidden }
}

/** The position when the conversation's first row is at the top of a list of `rows` rows. */
function topOf(items: readonly Item[], heightOf: HeightOf, rows: number): Position {
  let height = 0
  for (let index = 0; index < items.length; index++) {
    height += heightOf(index)
    if (height >= rows) return [index, height - rows]
  }
  return [items.length - 1, 0]
}

interface CachedBlock {
  readonly layout: string
  readonly picture: unknown
  readonly rows: readonly Row[]
}

const blocks = new WeakMap<object, CachedBlock>()

/** The rows of an item. They are cached until something that they depend on changes. */
function blockAt(items: readonly Item[], index: number, context: BlockContext): readonly Row[] {
  const item = items[index]
  if (item === undefined) return []
  const around = chatBlockSurroundings(items, index, context)
  const identity = item.kind === 'outgoing' ? item.message : item
  const picture =
    item.kind === 'message' && 'gif' in item.message ? context.pictures.get(item.message.gif.id) : undefined
  const layout = [
    context.columns,
    context.hasColor,
    context.texts.language,
    around.isContinued,
    around.opensUnread,
    context.selected === item.key,
    item.kind === 'outgoing' && context.delay,
    item.kind === 'message' && 'gif' in item.message && context.isPlaying(item.message.gif.id),
    around.opensDay,
    messageQuotedBy(item, context) !== undefined,
    ...namesInChatBlock(item, context),
  ].join()
  const cached = blocks.get(identity)
  if (cached?.layout === layout && cached.picture === picture) return cached.rows
  const rows = chatBlockRows(item, around, context)
  blocks.set(identity, { layout, picture, rows })
  return rows
}
