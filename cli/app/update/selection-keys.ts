import type { ChatMessage, PostedGif } from '../../../protocol/model.ts'
import { safeGifFileName } from '../../files/safe-gif-file-name.ts'
import type { AppState } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import { startReply } from '../model/replies.ts'
import {
  endMessageSelection,
  endSelectionCommand,
  moveMessageSelection,
  offerCommandForSelection,
  selectedMessage,
} from '../model/selection.ts'
import { toggleGifPlaying } from '../model/shown-gifs.ts'
import type { ChatPress } from './chat-press.ts'
import { stepScrollToEntry } from './chat-scroll.ts'
import { stepOpenGif } from './gif-commands.ts'
import { stepGoToMessage } from './seek-keys.ts'
import { type Step, stepToChat } from './step.ts'

/** Keys that select at any time; the bare arrows do while the selection has the keys. */
const MOVES: Readonly<Record<string, -1 | 1>> = {
  'alt+up': -1,
  'shift+up': -1,
  'alt+down': 1,
  'shift+down': 1,
}
const BARE_MOVES: Readonly<Record<string, -1 | 1>> = { ...MOVES, up: -1, down: 1 }

/** Keys that select a message, or do something with the selected one. */
export function stepSelectionKey({ state, selecting: chat, key }: ChatPress): Step | undefined {
  const hasKeys = chat.selection?.hasKeys ?? false
  if (key.type === 'text') return hasKeys ? stepMessageAction(state, chat, key.text) : undefined
  const direction = (hasKeys ? BARE_MOVES : MOVES)[key.key]
  if (direction !== undefined) return stepSelectionMove(state, chat, direction)
  if (hasKeys && (key.key === 'escape' || key.key === 'enter'))
    return stepToChat(state, endMessageSelection(chat))
  if (key.key === 'escape' && chat.selection?.draft !== undefined)
    return stepToChat(state, endSelectionCommand(chat))
  return undefined
}

function stepSelectionMove(state: AppState, before: ChatState, direction: -1 | 1): Step {
  if (direction === 1 && before.selection === undefined) return stepToChat(state, before)
  const chat = moveMessageSelection(before, direction)
  if (chat.selection === undefined) return stepToChat(state, chat)
  return stepScrollToEntry(state, chat, chat.selection.key, direction === -1)
}

/** The keys of a Korean keyboard stand for the letters that are printed on them. */
const HANGUL_LETTERS: Readonly<Record<string, string>> = { ㄴ: 's', ㅐ: 'o', ㄱ: 'r', ㅎ: 'g', ㅊ: 'c' }

function stepMessageAction(state: AppState, chat: ChatState, typed: string): Step | undefined {
  const message = selectedMessage(chat)
  const letter = HANGUL_LETTERS[typed] ?? typed.toLowerCase()
  if (message === undefined) return undefined
  switch (letter) {
    case ' ':
    case 's':
    case 'o':
      return 'gif' in message
        ? stepGifAction(state, chat, message.gif, letter)
        : stepToChat(state, { ...chat, notice: texts => texts.selection.noGif })
    case 'c':
      return copyMessage(state, chat, message)
    case 'r':
      return stepToChat(state, startReply(chat, message))
    case 'g':
      return goToAnswered(state, chat, message)
    default:
      return undefined
  }
}

function stepGifAction(state: AppState, chat: ChatState, gif: PostedGif, letter: ' ' | 's' | 'o'): Step {
  switch (letter) {
    case ' ':
      return stepToChat(state, toggleGifPlaying(chat, gif.id))
    case 's':
      return stepToChat(state, offerCommandForSelection(chat, `/save ${safeGifFileName(gif.name)}`))
    case 'o':
      return stepOpenGif(state, chat, gif)
    default:
      return letter satisfies never
  }
}

/**
 * Copies the text of a message. The terminal's own copy would need Shift while the mouse scrolls,
 * and would copy the bars in front of the lines, too.
 */
function copyMessage(state: AppState, chat: ChatState, message: ChatMessage): Step {
  if ('gif' in message) return stepToChat(state, { ...chat, notice: texts => texts.selection.noText })
  return stepToChat(
    state,
    { ...chat, notice: texts => texts.chat.copied },
    { type: 'copy', text: message.text },
  )
}

/** Goes from a reply to the message that it answers. */
const goToAnswered = (state: AppState, chat: ChatState, { replyTo }: ChatMessage): Step =>
  replyTo === undefined
    ? stepToChat(state, { ...chat, notice: texts => texts.reply.answersNothing })
    : stepGoToMessage(state, chat, replyTo)
