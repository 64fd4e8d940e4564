import type { ChatMessage, RoomId, Seq } from '../../../protocol/model.ts'
import type { AppEvent, AppState } from '../model/app-state.ts'
import { type ChatState, entryKeyOf, hasOlderMessages } from '../model/chat-state.ts'
import { backToEnd, showEarlierPart } from '../model/conversation/earlier-part.ts'
import { messageHasWord, readFindQuery, type Seeking } from '../model/conversation/seeking.ts'
import { findLoadedMessage } from '../model/replies.ts'
import { chatGeometry } from '../view/chat-geometry.ts'
import { stepChatScroll, stepScrollToEntry } from './chat-scroll.ts'
import { type Step, stepTo, stepToChat } from './step.ts'

/*
 * How a reader gets to something far up:
 * 1. A key or `/find` says what is looked for (`Seeking`). One page of the history is asked for at
 *    a time, with the effect `lookUp`, and the status line says so.
 * 2. Each answer (`lookedUp`) leads to the next page, or to the place. The first message that is
 *    kept and that of a day are found by halving, a word by reading page by page. Any key gives up.
 * 3. The place is shown with what is around it, in place of what was shown
 *    (conversation/earlier-part.ts).
 */

/** As many messages as one answer may have (PROTOCOL.md M4). */
const PAGE = 100
/** The share of the screen above a place that was looked for. */
const SHARE_ABOVE = 1 / 3
/** As many of them are below the place that was looked for. */
const BELOW = PAGE / 2

type Sought<Kind extends Seeking['kind']> = Extract<Seeking, { kind: Kind }>
type Unasked = { [Kind in Seeking['kind']]: Omit<Sought<Kind>, 'asked'> }[Seeking['kind']]

/** Selects a message and scrolls to it. If it is not loaded, loads what is around it. */
export function stepGoToMessage(state: AppState, chat: ChatState, seq: Seq): Step {
  for (const place of [chat, backToEnd(chat)]) {
    if (findLoadedMessage(place.entries, seq) === undefined) continue
    const key = entryKeyOf(seq)
    const selected = { ...place, seeking: undefined, selection: { key, hasKeys: true } }
    return stepScrollToEntry(state, selected, key, true)
  }
  const end = Math.min(seq + BELOW, chat.newestSeq + 1)
  return lookUp(state, chat, { kind: 'message', seq }, Math.max(end, seq + 1), PAGE)
}

/** Goes to the first message of the room that is kept. */
export function stepGoToFirst(state: AppState, chat: ChatState): Step {
  if (!hasOlderMessages(chat)) return stepChatScroll(state, chat, 'top')
  const kept = chat.oldestSeq ?? chat.newestSeq
  return lookUp(state, chat, { kind: 'first', gone: 0, kept, page: [] }, PAGE + 1, PAGE)
}

/** `/find`: a day, a word, or once more the word of before. */
export function stepFind(state: AppState, chat: ChatState, typed: string): Step {
  const { found, newestSeq } = chat
  const query =
    readFindQuery(typed, state.wallTime) ?? (found && ({ kind: 'word', word: found.word } as const))
  if (query === undefined) return stepToChat(state, { ...chat, notice: texts => texts.find.needsWord })
  if (query.kind === 'word') {
    const isSame = found?.word === query.word
    return lookUp(state, chat, { ...query, looked: 0 }, isSame ? found.seq : newestSeq + 1, PAGE)
  }
  const unknown = { before: 0, since: newestSeq + 1, saidAt: 0 }
  return halveDay(state, chat, { kind: 'day', day: query.day, ...unknown })
}

/** A page has come. */
export function stepLookedUp(
  state: AppState,
  { room, beforeSeq, messages }: Extract<AppEvent, { type: 'lookedUp' }>,
): Step {
  const { screen } = state
  if (screen.name !== 'chat' || screen.chat.room.id !== room) return stepTo(state)
  const { chat } = screen
  const { seeking } = chat
  if (seeking === undefined || seeking.asked !== beforeSeq) return stepTo(state)
  switch (seeking.kind) {
    case 'message':
      return foundAround(state, chat, seeking, messages)
    case 'first':
      return foundFirst(state, chat, seeking, messages)
    case 'day':
      return foundDay(state, chat, seeking, messages)
    case 'word':
      return foundWord(state, chat, seeking, messages)
    default:
      return seeking satisfies never
  }
}

function foundAround(
  state: AppState,
  chat: ChatState,
  { seq, asked }: Sought<'message'>,
  messages: readonly ChatMessage[],
): Step {
  if (messages.some(message => message.seq === seq))
    return withRowsAbove(stepGoToMessage(state, showEarlierPart(chat, messages), seq))
  // Long messages may have taken its place in the page.
  const isCut = (messages[0]?.seq ?? 0) > seq && asked > seq + 1
  return isCut
    ? lookUp(state, chat, { kind: 'message', seq }, seq + 1, PAGE)
    : stepToChat(state, { ...chat, seeking: undefined, notice: texts => texts.find.gone })
}

/** Shows what was said before the place, too, where a message would stand in the first row. */
function withRowsAbove({ state, effects }: Step): Step {
  if (state.screen.name !== 'chat') return { state, effects }
  const { chat } = state.screen
  const rows = Math.floor(chatGeometry(chat, state.environment).listRows * SHARE_ABOVE)
  const scrolled = stepChatScroll(state, chat, rows)
  return { state: scrolled.state, effects: [...effects, ...scrolled.effects] }
}

function foundFirst(
  state: AppState,
  chat: ChatState,
  { gone, kept, page, asked }: Sought<'first'>,
  messages: readonly ChatMessage[],
): Step {
  const [first] = messages
  if (first === undefined) {
    if (page.length > 0) return showTop(state, chat, page)
    return halveFirst(state, chat, { kind: 'first', gone: Math.max(gone, asked - 1), kept, page })
  }
  if (first.seq === 1 || first.seq === gone + 1) return showTop(state, chat, messages)
  if (messages.length === 1 && asked - 1 < kept) {
    const closer = { kind: 'first', gone, kept: first.seq, page } as const
    return halveFirst(state, chat, closer)
  }
  // Long messages may have left no room for those before.
  return lookUp(state, chat, { kind: 'first', gone, kept: first.seq, page: messages }, first.seq, PAGE)
}

function halveFirst(state: AppState, chat: ChatState, seeking: Omit<Sought<'first'>, 'asked'>): Step {
  const { gone, kept } = seeking
  return kept - gone > 1
    ? lookUp(state, chat, seeking, middleOf(gone, kept) + 1, 1)
    : lookUp(state, chat, seeking, kept + PAGE, PAGE)
}

const showTop = (state: AppState, chat: ChatState, page: readonly ChatMessage[]): Step =>
  stepChatScroll(state, { ...showEarlierPart(chat, page), seeking: undefined }, 'top')

function foundDay(
  state: AppState,
  chat: ChatState,
  { day, before, since, saidAt, asked }: Sought<'day'>,
  messages: readonly ChatMessage[],
): Step {
  const message = messages.at(-1)
  const isBefore = message === undefined || message.createdAt < day.from
  return halveDay(
    state,
    chat,
    isBefore
      ? { kind: 'day', day, before: asked - 1, since, saidAt }
      : { kind: 'day', day, before, since: message.seq, saidAt: message.createdAt },
  )
}

function halveDay(state: AppState, chat: ChatState, seeking: Omit<Sought<'day'>, 'asked'>): Step {
  const { day, before, since, saidAt } = seeking
  if (since - before > 1) return lookUp(state, chat, seeking, middleOf(before, since) + 1, 1)
  if (since > chat.newestSeq)
    return stepToChat(state, { ...chat, seeking: undefined, notice: texts => texts.find.nothingSince })
  const isLater = saidAt >= day.to
  return stepGoToMessage(
    state,
    isLater ? { ...chat, notice: texts => texts.find.nothingThatDay } : chat,
    since,
  )
}

function foundWord(
  state: AppState,
  before: ChatState,
  { word, looked }: Sought<'word'>,
  messages: readonly ChatMessage[],
): Step {
  const [first] = messages
  const hit = messages.findLast(message => messageHasWord(message, word))
  if (hit !== undefined) return stepGoToMessage(state, { ...before, found: { word, seq: hit.seq } }, hit.seq)
  if (first === undefined || first.seq <= 1)
    return stepToChat(state, { ...before, seeking: undefined, notice: texts => texts.find.noWord(word) })
  return lookUp(state, before, { kind: 'word', word, looked: looked + messages.length }, first.seq, PAGE)
}

/** Asks for the messages that replies in view answer, once for each. */
export function stepQuotesMissing(state: AppState, seqs: readonly Seq[]): Step {
  if (state.screen.name !== 'chat') return stepTo(state)
  const { chat } = state.screen
  const room = chat.room.id
  const wanted = seqs.filter(seq => !chat.quotes.has(seq))
  const quotes = new Map([...chat.quotes, ...wanted.map(seq => [seq, undefined] as const)])
  const effects = wanted.map(seq => ({ type: 'loadQuote', room, seq }) as const)
  return stepToChat(state, { ...chat, quotes }, ...effects)
}

const middleOf = (low: Seq, high: Seq): Seq => Math.floor((low + high) / 2)

function lookUp(state: AppState, chat: ChatState, seeking: Unasked, beforeSeq: Seq, limit: number): Step {
  const room: RoomId = chat.room.id
  return stepToChat(
    state,
    { ...chat, seeking: { ...seeking, asked: beforeSeq } },
    { type: 'lookUp', room, beforeSeq, limit },
  )
}
