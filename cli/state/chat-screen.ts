import type { BlockContext } from './chat-blocks.ts'
import type { ChatState } from './chat-state.ts'
import { type EditorLayout, layoutEditor } from './editor-layout.ts'
import type { Environment } from './environment.ts'

/** How a chat divides the screen; all in rows from the top, except `composerX` in columns. */
export interface ChatGeometry {
  /** Whether a line stands under the header and another above the composer. */
  readonly hasRules: boolean
  readonly listTop: number
  readonly listRows: number
  readonly composerTop: number
  readonly composerRows: number
  readonly composerX: number
  readonly composerColumns: number
  /** The composer's rows and cursor; `firstRow` is the first that is seen. */
  readonly editor: EditorLayout & { readonly firstRow: number }
}

/** Columns that stand before the text in the composer. */
const PROMPT_COLUMNS = 2
const MOST_COMPOSER_ROWS = 6
/** Below this height the two rules would take rows that messages need. */
const ROWS_FOR_RULES = 14

export function chatGeometry(chat: ChatState, { columns, rows }: Environment['size']): ChatGeometry {
  const composerColumns = Math.max(2, columns - PROMPT_COLUMNS)
  const editor = layoutEditor(chat.composer.editor, composerColumns)
  const composerRows = Math.min(editor.rows.length, MOST_COMPOSER_ROWS, Math.max(1, Math.floor(rows / 3)))
  const firstRow = Math.max(0, Math.min(editor.y - composerRows + 1, editor.rows.length - composerRows))
  const hasRules = rows >= ROWS_FOR_RULES
  const listTop = hasRules ? 2 : 1
  // The last row is the status line.
  const composerTop = Math.max(0, rows - composerRows - 1)
  return {
    hasRules,
    listTop,
    listRows: Math.max(0, composerTop - (hasRules ? 1 : 0) - listTop),
    composerTop,
    composerRows,
    composerX: PROMPT_COLUMNS,
    composerColumns,
    editor: { ...editor, firstRow },
  }
}

export const blockContext = (chat: ChatState, environment: Environment): BlockContext => ({
  texts: environment.texts,
  hasColor: environment.hasColor,
  columns: environment.size.columns,
  sharedColors: chat.sharedColors,
  me: chat.me,
  myColor: chat.seen.get(chat.me) ?? '#888888',
  pictures: chat.pictures,
})

const WIDEST_GIF = 40

/** The cells that a GIF may fill: half of the list's height, and no more than 40 columns. */
export function gifBoxOf(
  chat: ChatState,
  environment: Environment,
): { readonly columns: number; readonly rows: number } {
  const { listRows } = chatGeometry(chat, environment.size)
  return {
    columns: Math.max(2, Math.min(WIDEST_GIF, environment.size.columns - 4)),
    rows: Math.max(1, Math.floor(listRows / 2)),
  }
}
