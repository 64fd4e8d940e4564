import { cutSpans, type Row, rowWidth, ruleRow, type Span } from '../../text/row.ts'
import { fitToColumns, screenWidthOf } from '../../text/screen-width.ts'
import type { AppState } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import { type CompletionItem, shownCompletion } from '../model/completion/completion.ts'
import { COMMAND_NAMES } from '../model/completion/slash-commands.ts'
import type { ChatGeometry } from './chat-geometry.ts'

/** Enough to show all commands at once. */
const MOST_ROWS = COMMAND_NAMES.length
/** In a low window, so that the conversation keeps most of its rows. */
const MOST_ROWS_LOW = 3
/** One space before a label, and two between it and its explanation. */
const SPACES = 3
const SWATCH_COLUMNS = 2
/** The labels keep at least this many columns, even if explanations are cut. */
const LEAST_LABEL_COLUMNS = 16

/** The list at the cursor. It covers the lowest rows of the conversation without moving them. */
export function completionRows(
  state: AppState,
  chat: ChatState,
  { hasRules, listRows, columns }: ChatGeometry & { readonly columns: number },
): readonly Row[] {
  const completion = shownCompletion(state, chat)
  if (completion === undefined) return []
  const { items, chosen } = completion
  const edge = hasRules ? [ruleRow('completion', columns)] : []
  const most = Math.min(hasRules ? MOST_ROWS : MOST_ROWS_LOW, listRows - 1 - edge.length)
  const rows = Math.min(items.length, Math.max(0, most))
  const first = Math.max(0, Math.min((chosen ?? 0) - Math.floor(rows / 2), items.length - rows))
  const shown = items.slice(first, first + rows)
  const widest = (part: 'label' | 'about') => Math.max(...shown.map(item => screenWidthOf(item[part])))
  const labelColumns = Math.min(
    widest('label'),
    Math.max(
      LEAST_LABEL_COLUMNS,
      columns - widest('about') - SPACES - (shown[0]?.color ? SWATCH_COLUMNS : 0),
    ),
  )
  const signOf = (index: number): Span => {
    if (index === 0 && first > 0) return { text: '↑', tone: 'faint' }
    const isLast = index === rows - 1 && first + rows < items.length
    return isLast ? { text: '↓', tone: 'faint' } : { text: ' ' }
  }
  const list = shown.map((item, index) => ({
    key: `completion${index}`,
    spans: [signOf(index), ...itemSpans(item, first + index === chosen, labelColumns, columns - 1)],
  }))
  return rows === 0 ? [] : [...edge, ...list]
}

function itemSpans(
  { label, about, color, isRefused }: CompletionItem,
  isChosen: boolean,
  labelColumns: number,
  columns: number,
): readonly Span[] {
  const swatch: readonly Span[] = color === undefined ? [] : [{ text: '■ ', color }]
  const name = fitToColumns(label, labelColumns)
  const words = about === '' ? '' : `  ${about}`
  if (isChosen) {
    const text = fitToColumns(name + words, columns - rowWidth(swatch))
    return [...swatch, { text, tone: 'selected' }]
  }
  return cutSpans(
    [
      ...swatch,
      { text: name, tone: 'accent' },
      { text: words, tone: isRefused === true ? 'warning' : 'faint' },
    ],
    columns,
  )
}
