import { type EditorLayout, layoutEditor } from '../../text/editor/editor-layout.ts'
import { wrapSentence } from '../../text/wrap-text.ts'
import { type ChatState, entryKeyOf } from '../model/chat-state.ts'
import type { Environment } from '../model/environment.ts'
import { quotedMessage } from '../model/replies.ts'
import { isGifPlaying } from '../model/shown-gifs.ts'
import type { BlockContext } from './chat-blocks.ts'
import { peopleColumns, WIDEST_CONVERSATION } from './people.ts'

/** How a chat divides the screen. Positions count rows from the top; `composerX` is a column. */
export interface ChatGeometry {
  /** Whether there is a line under the header and another above the composer. */
  readonly hasRules: boolean
  readonly listTop: number
  readonly listRows: number
  /** 1 while the user writes a reply: the row above the composer quotes the message. */
  readonly replyRows: number
  readonly composerTop: number
  /** The error message, wrapped. If there is one, it replaces the status line. */
  readonly notice: readonly string[]
  readonly statusRows: number
  readonly composerRows: number
  readonly composerX: number
  readonly composerColumns: number
  /** The composer's rows and cursor. `firstRow` is the first visible row. */
  readonly editor: EditorLayout & { readonly firstRow: number }
}

/** Columns before the text in the composer. */
const PROMPT_COLUMNS = 2
const MOST_COMPOSER_ROWS = 6
/** In a lower window the messages get the rows of the two lines. */
const ROWS_FOR_RULES = 14

export function chatGeometry(
  chat: ChatState,
  environment: Pick<Environment, 'size' | 'texts'>,
): ChatGeometry {
  const { columns, rows } = environment.size
  const composerColumns = Math.max(2, columns - PROMPT_COLUMNS)
  const editor = layoutEditor(chat.composer.editor, composerColumns)
  const composerRows = Math.min(editor.rows.length, MOST_COMPOSER_ROWS, Math.max(1, Math.floor(rows / 3)))
  const firstRow = Math.max(0, Math.min(editor.y - composerRows + 1, editor.rows.length - composerRows))
  const hasRules = rows >= ROWS_FOR_RULES
  const listTop = hasRules ? 2 : 1
  const notice = chat.notice === undefined ? [] : wrapSentence(chat.notice(environment.texts), columns)
  const statusRows = Math.max(1, notice.length)
  const replyRows = chat.replyTo === undefined ? 0 : 1
  const composerTop = Math.max(0, rows - composerRows - statusRows)
  return {
    hasRules,
    listTop,
    listRows: Math.max(0, composerTop - replyRows - (hasRules ? 1 : 0) - listTop),
    replyRows,
    composerTop,
    notice,
    statusRows,
    composerRows,
    composerX: PROMPT_COLUMNS,
    composerColumns,
    editor: { ...editor, firstRow },
  }
}

/** Visible rows of the conversation when the composer has one row. */
export const screenfulRows = ({ size: { rows } }: Pick<Environment, 'size'>): number =>
  Math.max(1, rows - (rows >= ROWS_FOR_RULES ? 5 : 3))

/** Columns of the conversation: those that the list of people leaves. */
export const conversationColumns = (chat: ChatState, environment: Environment): number =>
  Math.min(environment.size.columns - peopleColumns(chat, environment), WIDEST_CONVERSATION)

export const chatBlockContext = (chat: ChatState, environment: Environment): BlockContext => ({
  texts: environment.texts,
  hasColor: environment.hasColor,
  columns: conversationColumns(chat, environment),
  people: chat.met.people,
  me: chat.me,
  myColor: chat.met.people.get(chat.me)?.color ?? '#888888',
  pictures: chat.pictures,
  delay: chat.delay,
  isPlaying: gif => isGifPlaying(chat, environment.display, gif),
  selected: chat.selection?.key,
  newFrom: chat.unread.from === undefined ? undefined : entryKeyOf(chat.unread.from),
  hasSides: environment.display.align === 'sides',
  hasLinks: environment.hasLinks,
  quoted: seq => quotedMessage(chat, seq),
})

const WIDEST_GIF = 40

/** The cells that a GIF may fill: half of the screen's rows, and at most 40 columns. */
export function gifBoxInChat(environment: Pick<Environment, 'size'>): {
  readonly columns: number
  readonly rows: number
} {
  return {
    columns: Math.max(2, Math.min(WIDEST_GIF, environment.size.columns - 4)),
    rows: Math.max(1, Math.floor(screenfulRows(environment) / 2)),
  }
}
