import type { KeyPress } from '../../text/editor/key-press.ts'
import type { AppState } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import { beginsAnotherCommand, clearComposer } from '../model/composer.ts'
import { endMessageSelection } from '../model/selection.ts'
import type { Step } from './step.ts'

/** One key pressed in a room, as every handler of such keys sees it. */
export interface ChatPress {
  readonly state: AppState
  /** The room as it was shown, but without its notice, its question and its search. */
  readonly selecting: ChatState
  /** The same room after the selected message has let go of the keys. */
  readonly chat: ChatState
  readonly key: KeyPress
  /** Whether the status line asked for a second Enter when the key was pressed. */
  readonly wasAsking: boolean
}

/** Answers what the key does, or undefined when the key is for somebody else. */
export type ChatKeyHandler = (press: ChatPress) => Step | undefined

/** The name of the key; undefined for text that was typed. */
export const keyNameOfPress = ({ key }: ChatPress): string | undefined =>
  key.type === 'key' ? key.key : undefined

/**
 * Any key answers the status line and gives up a search; most take the keys from the selection.
 * Any but Enter turns down a smaller GIF whose line is in the composer. A slash takes away the
 * refused line before it, which Ctrl-Y brings back.
 */
export function chatPressOf(state: AppState, shown: ChatState, key: KeyPress): ChatPress {
  const composer = beginsAnotherCommand(shown.composer, key) ? clearComposer(shown.composer) : shown.composer
  const isEnter = key.type === 'key' && key.key === 'enter'
  const offer = isEnter || shown.offer?.waits === true ? shown.offer : undefined
  const selecting = { ...withoutQuestion({ ...shown, composer }), seeking: undefined, offer }
  return {
    state,
    selecting,
    chat: selecting.selection?.hasKeys === true ? endMessageSelection(selecting) : selecting,
    key,
    wasAsking: shown.composer.isAsking,
  }
}

/** The room after any key: the status line no longer says or asks anything. */
export const withoutQuestion = (chat: ChatState): ChatState =>
  chat.notice === undefined && !chat.composer.isAsking && !chat.composer.isRefused
    ? chat
    : { ...chat, notice: undefined, composer: { ...chat.composer, isAsking: false, isRefused: false } }
