import { codePointLength, LIMITS } from '../../../protocol/limits.ts'
import { isVisibleText } from '../../../protocol/model.ts'
import { terminalSafeText } from '../../terminal/terminal-safe-text.ts'
import { LONGEST_TEXT } from '../../text/editor/editor.ts'
import { type AppState, closedSentence } from '../model/app-state.ts'
import type { ChatState } from '../model/chat-state.ts'
import { readComposerLine } from '../model/completion/slash-commands.ts'
import {
  composerHasRoomForPaste,
  isWritingCommand,
  pasteIntoComposer,
  pressInComposer,
} from '../model/composer.ts'
import { endMessageSelection, endSelectionCommand } from '../model/selection.ts'
import { chatGeometry } from '../view/chat-geometry.ts'
import { type ChatPress, withoutQuestion } from './chat-press.ts'
import { stepAfterEdit } from './completion-keys.ts'
import { type Step, stepToChat } from './step.ts'
import { stepRefusedLine, stepSubmittedLine } from './submitted-line.ts'

/** A key that nobody else took: it edits the text, or submits it. */
export function stepComposerKey({ state, chat, key, wasAsking }: ChatPress): Step {
  const { composerColumns, editor } = chatGeometry(chat, state.environment)
  const pressed = pressInComposer(chat.composer, key, composerColumns)
  const after = { ...chat, composer: pressed.composer }
  if (pressed.submitted === undefined) return withTypingHint(stepAfterEdit(state, chat, after, key), chat)
  const submission = {
    before: chat,
    after: endSelectionCommand(after),
    rows: editor.rows.length,
    isConfirmed: wasAsking,
  }
  return markRefusedLine(stepSubmittedLine(state, submission, pressed.submitted), pressed.submitted)
}

/**
 * A line that is still in the composer after Enter was refused. A text may be mended, but not where
 * nothing can be said any more.
 */
function markRefusedLine(step: Step, submitted: string): Step {
  const { state, effects } = step
  if (state.screen.name !== 'chat') return step
  if (readComposerLine(submitted).type === 'say' && closedSentence(state) === undefined) return step
  const { chat } = state.screen
  return chat.composer.editor.text === submitted
    ? stepToChat(state, { ...chat, composer: { ...chat.composer, isRefused: true } }, ...effects)
    : step
}

/** A paste in a room. Characters that would act on the terminal are taken out of it first. */
export function stepChatPaste(state: AppState, chat: ChatState, pasted: string): Step {
  const text = terminalSafeText(pasted, { multiline: true })
  const before = endMessageSelection(withoutQuestion(chat))
  if (!composerHasRoomForPaste(before.composer, text))
    return stepRefusedLine(state, before, texts =>
      texts.chat.pasteTooLong(codePointLength(text), LONGEST_TEXT),
    )
  const after = { ...before, composer: pasteIntoComposer(before.composer, text) }
  return withTypingHint(stepAfterEdit(state, before, after, { type: 'key', key: 'paste' }), before)
}

/** The step, which also tells the others that the reader types if a hint is due. */
function withTypingHint(step: Step, before: ChatState): Step {
  const { state, effects } = step
  if (state.screen.name !== 'chat') return step
  const { chat } = state.screen
  const { text } = chat.composer.editor
  const isDue =
    text !== before.composer.editor.text &&
    isVisibleText(text) &&
    !isWritingCommand(chat.composer) &&
    chat.room.people > 1 &&
    state.environment.display.typing &&
    state.now - chat.hintedAt >= LIMITS.typingPauseMs
  if (!isDue) return step
  return stepToChat(state, { ...chat, hintedAt: state.now }, ...effects, {
    type: 'hintTyping',
    room: chat.room.id,
  })
}
