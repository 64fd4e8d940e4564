import type { EmojiName } from '../../i18n/emoji-names.ts'
import { editText } from '../../text/editor/editor.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import type { AppState, Effect } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import {
  type Completion,
  completionAt,
  isCompletionLoading,
  shownCompletion,
} from '../model/completion/completion.ts'
import { completionQueryAt } from '../model/completion/completion-query.ts'
import { replaceEmojiShortcodes } from '../model/completion/emoji-search.ts'
import { readFileArgument } from '../model/completion/file-argument.ts'
import type { ComposerState, Popup } from '../model/composer.ts'
import type { ChatPress } from './chat-press.ts'
import { type Step, stepToChat } from './step.ts'

/** Keys of the list at the cursor. It has none while the status line asks a question. */
export function stepCompletionKey({ state, chat, key, wasAsking }: ChatPress): Step | undefined {
  if (key.type === 'text' || wasAsking) return undefined
  const shown = shownCompletion(state, chat)
  if (shown === undefined) {
    if (key.key === 'tab') return openCompletion(state, chat)
    // An arrow pressed just before the list opens is meant for the list, not for the history.
    const isArrow = key.key === 'up' || key.key === 'down'
    return isArrow && isCompletionLoading(state, chat) ? stepToChat(state, chat) : undefined
  }
  switch (key.key) {
    case 'tab':
      return acceptCompletion(state, chat, shown, shown.chosen ?? 0)
    case 'down':
      return chooseCompletion(state, chat, shown, shown.chosen === undefined ? 0 : shown.chosen + 1)
    case 'up':
    case 'shift+tab':
      return chooseCompletion(state, chat, shown, (shown.chosen ?? 0) - 1)
    case 'enter':
      return shown.chosen === undefined ? undefined : acceptCompletion(state, chat, shown, shown.chosen)
    case 'escape':
      return stepToChat(state, withPopup(chat, { isOpen: false, dismissedAt: shown.query.start }))
    default:
      return undefined
  }
}

/**
 * The room after a key in its composer. Typing opens the list at the cursor. Moving the cursor or
 * walking through the history closes it, so that it does not take the next key.
 */
export function stepAfterEdit(state: AppState, before: ChatState, after: ChatState, key: KeyPress): Step {
  const isTyped = key.type === 'text'
  const composer = isTyped ? withTypedEmoji(state, before.composer, after.composer) : after.composer
  const hasChanged = composer.editor.text !== before.composer.editor.text
  const isWalking = composer.history.walk !== before.composer.history.walk
  return refreshCompletion(state, { ...after, composer }, hasChanged && !isWalking)
}

/** Opens or closes the list, and asks for the names that it needs. */
function refreshCompletion(state: AppState, chat: ChatState, isWanted: boolean): Step {
  const { editor, popup } = chat.composer
  const query = isWanted ? completionQueryAt(editor.text, editor.cursor) : undefined
  const dismissedAt = query?.start === popup.dismissedAt ? popup.dismissedAt : undefined
  const isOpen = query !== undefined && dismissedAt === undefined
  return requestCompletionNames(state, withPopup(chat, { isOpen, dismissedAt }))
}

/** Stores the names of emoji. Shortcodes that were typed before they came become emoji now. */
export function updateEmojiNames(before: AppState, names: readonly EmojiName[]): AppState {
  const state: AppState = { ...before, emoji: { state: 'ready', names } }
  if (state.screen.name !== 'chat') return state
  const { chat } = state.screen
  const { composer } = chat
  if (composer.hasPaste) return state
  const editor = replaceEmojiShortcodes(composer.editor, 0, names)
  return { ...state, screen: { name: 'chat', chat: { ...chat, composer: { ...composer, editor } } } }
}

/** Asks for the names of emoji and files once the text needs them. */
function requestCompletionNames(before: AppState, room: ChatState): Step {
  const { editor, popup } = room.composer
  const effects: Effect[] = []
  let [state, chat] = [before, room]
  if (state.emoji.state === 'absent' && editor.text.includes(':')) {
    state = { ...state, emoji: { state: 'loading', names: [] } }
    effects.push({ type: 'loadEmoji' })
  }
  const query = popup.isOpen ? completionQueryAt(editor.text, editor.cursor) : undefined
  const directory = query?.kind === 'file' ? readFileArgument(query.typed)?.directory : undefined
  if (directory !== chat.files?.directory) {
    chat = { ...chat, files: directory === undefined ? undefined : { directory, files: undefined } }
    effects.push(
      directory === undefined
        ? { type: 'forgetFiles' }
        : { type: 'listFiles', room: chat.room.id, directory },
    )
  }
  return stepToChat(state, chat, ...effects)
}

/** Tab without a list: takes the only completion, or opens the list of several. */
function openCompletion(state: AppState, chat: ChatState): Step {
  const { state: next, effects } = requestCompletionNames(state, withPopup(chat, { isOpen: true }))
  if (next.screen.name !== 'chat') return { state: next, effects }
  const only = completionAt(next, next.screen.chat)
  if (only === undefined || only.items.length > 1) return { state: next, effects }
  return acceptCompletion(next, next.screen.chat, only, 0)
}

function chooseCompletion(state: AppState, chat: ChatState, { items }: Completion, index: number): Step {
  return stepToChat(state, withPopup(chat, { isOpen: true, chosen: (index + items.length) % items.length }))
}

function acceptCompletion(
  state: AppState,
  chat: ChatState,
  { query, items }: Completion,
  index: number,
): Step {
  const text = items[index]?.text ?? ''
  const { start, end } = query
  const editor = editText(chat.composer.editor, { type: 'splice', start, end, text })
  const next = withPopup({ ...chat, composer: { ...chat.composer, editor } }, {})
  // After a directory the list shows its files. After a command it shows what the command takes.
  return refreshCompletion(
    state,
    next,
    query.kind === 'command' || (query.kind === 'file' && text.endsWith('/')),
  )
}

function withTypedEmoji({ emoji }: AppState, before: ComposerState, after: ComposerState): ComposerState {
  if (!after.editor.text.includes(':')) return after
  return { ...after, editor: replaceEmojiShortcodes(after.editor, before.editor.cursor, emoji.names) }
}

const withPopup = (chat: ChatState, popup: Partial<Popup>): ChatState => ({
  ...chat,
  composer: {
    ...chat.composer,
    popup: { isOpen: false, chosen: undefined, dismissedAt: undefined, ...popup },
  },
})
