import type { PostedGif } from '../../protocol/model.ts'
import { type BlockContext, blockOf, type Item, quotedBy, surroundingsOf } from './chat-blocks.ts'
import type { ChatState, Scroll } from './chat-state.ts'
import type { Row } from './row.ts'

/** What of a conversation is on the screen. */
export interface Viewport {
  /** At most the asked number of rows, the last one lowest. */
  readonly rows: readonly Row[]
  /** Whether the first item is among them. */
  readonly isAtTop: boolean
  /** GIFs with a row on the screen. */
  readonly gifs: readonly PostedGif[]
}

/** The rows that fit into `rows` rows, from the scroll position upwards; only what is seen is laid out. */
export function viewportOf(chat: ChatState, context: BlockContext, rows: number): Viewport {
  const items = itemsOf(chat)
  const [last, hidden] = position(items, chat.scroll)
  const seen: Row[][] = []
  const gifs: PostedGif[] = []
  let room = rows
  let index = last
  for (; index >= 0 && room > 0; index--) {
    const block = blockAt(items, index, context)
    const visible = index === last && hidden > 0 ? block.slice(0, -hidden) : block
    const part = visible.slice(Math.max(0, visible.length - room))
    room -= part.length
    seen.unshift(part)
    const item = items[index]
    if (item?.kind === 'message' && 'gif' in item.message && part.length > 0) gifs.push(item.message.gif)
  }
  return { rows: seen.flat(), isAtTop: index < 0, gifs }
}

/** Where one gets by scrolling `distance` rows up (or down, when negative) in a list of `rows` rows. */
export function scrollBy(chat: ChatState, context: BlockContext, rows: number, distance: number): Scroll {
  const items = itemsOf(chat)
  const heightOf = (index: number) => blockAt(items, index, context).length
  let [index, hidden] = position(items, chat.scroll)
  hidden += distance
  while (index >= 0 && hidden >= heightOf(index)) {
    hidden -= heightOf(index)
    index--
  }
  while (hidden < 0 && index < items.length - 1) {
    index++
    hidden += heightOf(index)
  }
  const top = topOf(items, heightOf, rows)
  if (index < top[0] || (index === top[0] && hidden > top[1])) [index, hidden] = top
  return scrollAt(items, index, hidden)
}

/** The scroll position from which the first row is seen. */
export function scrollToTop(chat: ChatState, context: BlockContext, rows: number): Scroll {
  const items = itemsOf(chat)
  const [index, hidden] = topOf(items, at => blockAt(items, at, context).length, rows)
  return scrollAt(items, index, hidden)
}

/** The nearest scroll position from which all of an item is seen; what is added at the end does not move it. */
export function scrollToItem(chat: ChatState, context: BlockContext, rows: number, key: string): Scroll {
  const items = itemsOf(chat)
  const target = items.findLastIndex(item => item.key === key)
  if (target === -1) return chat.scroll
  let [index, hidden] = position(items, chat.scroll)
  if (index < target || (index === target && hidden > 0)) return { key, hiddenRows: 0 }
  const heightOf = (at: number) => blockAt(items, at, context).length
  let height = -hidden
  for (let at = target; at <= index; at++) height += heightOf(at)
  hidden += Math.max(0, height - rows)
  while (index > target && hidden >= heightOf(index)) {
    hidden -= heightOf(index)
    index--
  }
  return { key: items[index]?.key ?? key, hiddenRows: hidden }
}

const itemsOf = (chat: ChatState): readonly Item[] =>
  chat.outgoing.length === 0
    ? chat.entries
    : [
        ...chat.entries,
        ...chat.outgoing.map(
          (message): Item => ({ kind: 'outgoing', key: `o${message.clientMessageId}`, message }),
        ),
      ]

/** The item that is lowest on the screen, and how many of its rows are below the edge. */
function position(items: readonly Item[], scroll: Scroll): [index: number, hidden: number] {
  if (scroll === 'end') return [items.length - 1, 0]
  const index = items.findLastIndex(item => item.key === scroll.key)
  return index === -1 ? [items.length - 1, 0] : [index, scroll.hiddenRows]
}

const scrollAt = (items: readonly Item[], index: number, hidden: number): Scroll => {
  const item = items[index]
  return item === undefined || (index === items.length - 1 && hidden <= 0)
    ? 'end'
    : { key: item.key, hiddenRows: hidden }
}

/** The lowest item, and its hidden rows, when the first row is the topmost of `rows`. */
function topOf(
  items: readonly Item[],
  heightOf: (index: number) => number,
  rows: number,
): [index: number, hidden: number] {
  let height = 0
  for (let index = 0; index < items.length; index++) {
    height += heightOf(index)
    if (height >= rows) return [index, height - rows]
  }
  return [items.length - 1, 0]
}

interface CachedBlock {
  readonly layout: string
  readonly shared: ReadonlySet<string>
  readonly picture: unknown
  readonly rows: readonly Row[]
}

const blocks = new WeakMap<object, CachedBlock>()

/** Layout is pure, so a block is kept as long as nothing that it depends on has changed. */
function blockAt(items: readonly Item[], index: number, context: BlockContext): readonly Row[] {
  const item = items[index]
  if (item === undefined) return []
  const around = surroundingsOf(items, index, context)
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
    item.kind === 'message' && 'gif' in item.message && context.isPlaying(item.message.gif.id),
    around.opensDay,
    quotedBy(item, context) !== undefined,
  ].join()
  const cached = blocks.get(identity)
  if (cached?.layout === layout && cached.shared === context.sharedColors && cached.picture === picture)
    return cached.rows
  const rows = blockOf(item, around, context)
  blocks.set(identity, { layout, shared: context.sharedColors, picture, rows })
  return rows
}
