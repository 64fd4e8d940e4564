import { codePointLength, LIMITS } from '../../../protocol/limits.ts'
import type { ChatMessage, PostedGif } from '../../../protocol/model.ts'
import type { Texts } from '../../i18n/en.ts'
import { hasDraftBehindHistory } from '../../text/editor/input-history.ts'
import { cutSpans, type Row, rowWidth, ruleRow, type Span, spreadSpans } from '../../text/row.ts'
import { screenWidthOf, truncateToColumns } from '../../text/screen-width.ts'
import type { AppState } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import { shownCompletion } from '../model/completion/completion.ts'
import { gifPathsOf, readComposerLine } from '../model/completion/slash-commands.ts'
import { composerAsksForHelp } from '../model/composer.ts'
import { quotedMessage } from '../model/replies.ts'
import { selectedMessage } from '../model/selection.ts'
import { isGifPlaying } from '../model/shown-gifs.ts'
import type { ChatGeometry } from './chat-geometry.ts'
import { quoteSpans } from './quote.ts'
import { connectionClosedSentence, connectionStatusSpans } from './status-layout.ts'
import { typingSentence } from './typing-sentence.ts'

/** Messages of at least this length show a counter. */
const COUNTED_FROM = LIMITS.textLength * 0.8

/** So many cells of a title are enough to recognize the room. */
const LEAST_TITLE = 16
const COLUMNS_FOR_LOCK = 60

/** The room's title, its people and the connection. */
export function chatHeaderRow(state: AppState, { room }: ChatState): Row {
  const { texts, size } = state.environment
  const people: Span = { text: `  ${texts.chat.people(room.people, room.max)}`, tone: 'faint' }
  const hasLock = room.hasPassword && size.columns >= COLUMNS_FOR_LOCK
  const lock: Span = { text: hasLock ? ` · ${texts.lobby.isPrivate}` : '', tone: 'faint' }
  const taken = screenWidthOf(people.text) + screenWidthOf(lock.text) + 2
  // A long title is cut to make room for the connection's state and the user's name.
  const status = connectionStatusSpans(
    state,
    size.columns - taken - Math.min(LEAST_TITLE, screenWidthOf(room.title)),
  )
  const space = size.columns - taken - rowWidth(status)
  const title: Span = { text: ` ${truncateToColumns(room.title, Math.max(8, space))}`, tone: 'strong' }
  return { key: 'header', spans: spreadSpans([title, people, lock], status, size.columns) }
}

/** The last rows: what went wrong, or else what can be completed or pressed, and what is unread. */
export function chatStatusRows(state: AppState, chat: ChatState, geometry: ChatGeometry): readonly Row[] {
  const { notice } = geometry
  if (notice.length > 0) {
    return notice.map((line, index) => ({
      key: `notice${index}`,
      spans: [{ text: ` ${line}`, tone: 'warning' }],
    }))
  }
  const { columns } = state.environment.size
  const closed = connectionClosedSentence(state)
  if (closed !== undefined)
    return [{ key: 'status', spans: cutSpans([{ text: ` ${closed}`, tone: 'warning' }], columns) }]
  const right = unreadSpans(state, chat)
  const left = hintSpans(state, chat, geometry, columns - rowWidth(right) - 2)
  return [
    { key: 'status', spans: spreadSpans(cutSpans(left, columns - rowWidth(right) - 1), right, columns) },
  ]
}

function hintSpans(
  state: AppState,
  chat: ChatState,
  { hasRules }: ChatGeometry,
  columns: number,
): readonly Span[] {
  const { texts, display, hasColor } = state.environment
  const selected = chat.selection?.hasKeys === true ? selectedMessage(chat) : undefined
  if (selected !== undefined) {
    const playing =
      'gif' in selected && canMove(chat, selected.gif)
        ? isGifPlaying(chat, display, selected.gif.id)
        : undefined
    return [{ text: ` ${selectionHint(selected, playing, texts, columns)}`, tone: 'accent' }]
  }
  const completion = shownCompletion(state, chat)
  if (completion !== undefined) {
    const { keys, enterKeys } = texts.completion
    return [{ text: ` ${completion.chosen === undefined ? keys : enterKeys}`, tone: 'accent' }]
  }
  const { text } = chat.composer.editor
  if (composerAsksForHelp(chat.composer)) return [{ text: ` ${texts.help.offer}`, tone: 'accent' }]
  if (/^\/save\s+\S/.test(text)) return [{ text: ` ${texts.chat.saveOffer}`, tone: 'accent' }]
  const line = readComposerLine(text)
  const gifs = line.type === 'command' && line.name === 'gif' ? gifPathsOf(line.argument).length : 0
  if (gifs > 0) return [{ text: ` ${texts.chat.gifOffer(gifs)}`, tone: 'accent' }]
  const typing = hasRules ? '' : typingSentence(chat.typists, texts, { people: chat.met.people, hasColor })
  if (typing !== '') return [{ text: ` ${typing}`, tone: 'faint' }]
  const keys = screenWidthOf(texts.chat.keys) + 1 <= columns ? texts.chat.keys : texts.chat.keysShort
  return [{ text: ` ${keys}`, tone: 'faint' }]
}

/** Whether the GIF can be paused: it is loaded and has more than one frame. */
const canMove = ({ pictures }: ChatState, { id, frames }: PostedGif): boolean =>
  frames > 1 && pictures.get(id)?.state === 'ready'

/**
 * What can be done with the selected message. `isPlaying` is undefined if it has no moving GIF. A
 * narrow row drops the least usual first.
 */
function selectionHint(
  message: ChatMessage,
  isPlaying: boolean | undefined,
  { selection, reply }: Texts,
  columns: number,
): string {
  const parts = [
    selection.choose,
    reply.key,
    ...(isPlaying === undefined ? [selection.copy] : []),
    ...(isPlaying === undefined ? [] : [isPlaying ? selection.pause : selection.play]),
    ...(message.replyTo === undefined ? [] : [reply.answeredKey]),
    ...('gif' in message ? [selection.save, selection.open] : []),
    selection.back,
  ]
  while (parts.length > 2 && screenWidthOf(parts.join(' · ')) + 1 > columns) parts.splice(-2, 1)
  return parts.join(' · ')
}

/** The row that quotes the message to which the user replies. */
export function replyRows({ environment }: AppState, chat: ChatState): readonly Row[] {
  if (chat.replyTo === undefined) return []
  const { texts, hasColor, size } = environment
  const end: Span = { text: `${texts.reply.takeBack} `, tone: 'faint' }
  const room = size.columns - rowWidth([end]) - 3
  const columns = room < 20 ? size.columns - 1 : room
  const naming = { texts, hasColor, people: chat.met.people, columns }
  const quote = quoteSpans(quotedMessage(chat, chat.replyTo), naming)
  return [{ key: 'reply', spans: spreadSpans([{ text: ' ' }, ...quote], [end], size.columns) }]
}

/** The line above the composer. It names the people who are typing. */
export function composerRuleRow({ environment }: AppState, chat: ChatState): Row {
  const { texts, hasColor, size } = environment
  const sentence = typingSentence(chat.typists, texts, { people: chat.met.people, hasColor })
  if (sentence === '') return ruleRow('rule', size.columns)
  const words = truncateToColumns(`─ ${sentence} `, size.columns)
  const line = '─'.repeat(Math.max(0, size.columns - screenWidthOf(words)))
  return { key: 'rule', spans: [{ text: words + line, tone: 'faint' }] }
}

function unreadSpans({ environment: { texts } }: AppState, chat: ChatState): readonly Span[] {
  const length = codePointLength(chat.composer.editor.text)
  const counter: Span[] =
    length < COUNTED_FROM
      ? []
      : [
          { text: texts.chat.tooLong(length), tone: length > LIMITS.textLength ? 'warning' : 'faint' },
          { text: '  ' },
        ]
  if (chat.seeking !== undefined) {
    const looked = chat.seeking.kind === 'word' ? chat.seeking.looked : undefined
    return [...counter, { text: texts.find.seeking(looked), tone: 'accent' }, { text: ' ' }]
  }
  if (chat.isLoadingOlder)
    return [...counter, { text: texts.chat.loadingOlder, tone: 'faint' }, { text: ' ' }]
  const { count, forMe } = chat.unread
  if (count > 0) return [...counter, { text: ` ${texts.chat.unread(count, forMe)} `, tone: 'selected' }]
  if (chat.scroll !== 'end' && chat.selection === undefined)
    return [...counter, { text: texts.chat.older, tone: 'faint' }, { text: ' ' }]
  return counter
}

/**
 * The text being written, behind its prompt. An empty composer says what it is for; a cut one shows
 * where it goes on.
 */
export function composerRows(
  { environment }: AppState,
  chat: ChatState,
  geometry: ChatGeometry,
): readonly Row[] {
  const { rows, firstRow } = geometry.editor
  const mine = chat.met.people.get(chat.me)?.color
  const prompt: Span = mine === undefined ? { text: '› ' } : { text: '› ', color: mine, tone: 'strong' }
  if (chat.composer.editor.text === '') {
    const { chat: words } = environment.texts
    const text = hasDraftBehindHistory(chat.composer.history) ? words.draftBehind : words.placeholder
    const hint: Span = { text, tone: 'faint' }
    return [{ key: 'composer0', spans: cutSpans([prompt, hint], environment.size.columns) }]
  }
  const lastRow = firstRow + geometry.composerRows - 1
  const signOf = (index: number): Span => {
    if (index === 0) return prompt
    if (index === firstRow) return { text: '↑ ', tone: 'faint' }
    return index === lastRow && index < rows.length - 1 ? { text: '↓ ', tone: 'faint' } : { text: '  ' }
  }
  return rows.slice(firstRow, lastRow + 1).map((row, index) => ({
    key: `composer${index}`,
    spans: [signOf(firstRow + index), { text: row.text }],
  }))
}
