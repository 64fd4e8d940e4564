import { LIMITS, lengthOf } from '../../protocol/limits.ts'
import { isVisible } from '../../protocol/model.ts'
import { plainText } from '../terminal/plain-text.ts'
import { type AppState, type Effect, type Step, stay } from './app-state.ts'
import { scrollBy, scrollToTop, viewportOf } from './chat-layout.ts'
import { blockContext, chatGeometry } from './chat-screen.ts'
import { addNote, type ChatState, hasOlder } from './chat-state.ts'
import { pasteIntoComposer, pressInComposer } from './composer.ts'
import type { KeyPress } from './key-press.ts'
import { helpLines, inviteSpans, peopleLines } from './notes.ts'
import type { Sentence } from './sentence.ts'
import { type CommandName, readLine } from './slash-commands.ts'

/** A key in a room. */
export function stepChatKey(state: AppState, before: ChatState, key: KeyPress): Step {
  const chat = before.notice === undefined ? before : { ...before, notice: undefined }
  const geometry = chatGeometry(chat, state.environment)
  if (key.type === 'key') {
    const page = Math.max(1, geometry.listRows - 1)
    const isEmpty = chat.composer.editor.text === ''
    switch (key.key) {
      case 'pageUp':
        return scroll(state, chat, page)
      case 'pageDown':
        return scroll(state, chat, -page)
      case 'home':
        if (isEmpty) return scroll(state, chat, 'top')
        break
      case 'end':
      case 'escape':
        if (isEmpty) return withChat(state, { ...chat, scroll: 'end', unread: 0 })
        break
      case 'ctrl+r':
        return retryFailed(state, chat)
      case 'ctrl+x':
        return giveUp(state, chat)
      case 'ctrl+g':
        return withChat(state, chat, { type: 'reconnect' })
    }
  }
  const pressed = pressInComposer(chat.composer, key, geometry.composerColumns)
  if (pressed.submitted === undefined) return withChat(state, { ...chat, composer: pressed.composer })
  return submit(state, chat, { ...chat, composer: pressed.composer }, pressed.submitted)
}

/** A paste in a room; what would act on the terminal is taken out of it. */
export function stepChatPaste(state: AppState, chat: ChatState, pasted: string): Step {
  const composer = pasteIntoComposer(chat.composer, plainText(pasted, { multiline: true }))
  return withChat(state, { ...chat, notice: undefined, composer })
}

/** The room after scrolling up `distance` rows (down when negative); near the top, older messages are asked for. */
function scroll(state: AppState, before: ChatState, distance: number | 'top'): Step {
  const context = blockContext(before, state.environment)
  const { listRows } = chatGeometry(before, state.environment)
  const position =
    distance === 'top'
      ? scrollToTop(before, context, listRows)
      : scrollBy(before, context, listRows, distance)
  const chat = { ...before, scroll: position, unread: position === 'end' ? 0 : before.unread }
  const isTopSeen = viewportOf(chat, context, listRows).isAtTop
  if (distance !== 'top' && distance < 0) return withChat(state, chat)
  if (!isTopSeen || !hasOlder(chat) || chat.isLoadingOlder || chat.oldestSeq === undefined)
    return withChat(state, chat)
  return withChat(
    state,
    { ...chat, isLoadingOlder: true },
    { type: 'loadOlder', room: chat.room.id, beforeSeq: chat.oldestSeq },
  )
}

function submit(state: AppState, before: ChatState, after: ChatState, text: string): Step {
  const line = readLine(text)
  switch (line.type) {
    case 'say': {
      if (!isVisible(line.text)) return refuse(state, before, texts => texts.chat.textEmpty)
      if (lengthOf(line.text) > LIMITS.textLength)
        return refuse(state, before, texts => texts.chat.textTooLong)
      return withChat(
        state,
        { ...after, scroll: 'end', unread: 0 },
        { type: 'say', room: after.room.id, text: line.text },
      )
    }
    case 'unknown':
      return refuse(state, before, texts => texts.chat.unknownCommand(line.name))
    case 'command':
      return line.name === 'gif' && line.argument === ''
        ? refuse(state, before, texts => texts.chat.gifNeedsPath)
        : run(state, { ...after, scroll: 'end', unread: 0 }, line.name, line.argument)
    default:
      return line satisfies never
  }
}

/** What was written stays, so that it can be mended. */
const refuse = (state: AppState, chat: ChatState, notice: Sentence): Step =>
  withChat(state, { ...chat, notice })

function run(state: AppState, chat: ChatState, command: CommandName, argument: string): Step {
  const { environment } = state
  switch (command) {
    case 'gif':
      return withChat(state, chat, { type: 'postGif', room: chat.room.id, path: argument })
    case 'who':
      return withChat(state, addNote(chat, peopleLines(chat, environment)))
    case 'invite':
      return withChat(
        state,
        addNote(chat, texts => [inviteSpans(texts, `${environment.server}/${chat.room.id}`)]),
      )
    case 'help':
      return withChat(state, addNote(chat, helpLines))
    case 'leave':
      return stay(
        { ...state, screen: { name: 'lobby' }, notice: texts => texts.chat.gone(chat.room.title) },
        { type: 'leave', room: chat.room.id },
        { type: 'watchRooms' },
      )
    case 'quit':
      return stay(state, { type: 'quit' })
    default:
      return command satisfies never
  }
}

function retryFailed(state: AppState, chat: ChatState): Step {
  const failed = chat.outgoing.filter(message => message.state === 'failed')
  if (failed.length === 0) return refuse(state, chat, texts => texts.chat.nothingFailed)
  return withChat(
    state,
    chat,
    ...failed.map(message => ({ type: 'retry', message: message.clientMessageId }) as const),
  )
}

/** Gives up the newest message that failed or is a GIF on its way. */
function giveUp(state: AppState, chat: ChatState): Step {
  const message = chat.outgoing.findLast(
    ({ state: progress, body }) => progress === 'failed' || 'gifPath' in body,
  )
  if (message === undefined) return refuse(state, chat, texts => texts.chat.nothingFailed)
  return withChat(state, chat, { type: 'discard', message: message.clientMessageId })
}

const withChat = (state: AppState, chat: ChatState, ...effects: readonly Effect[]): Step =>
  stay({ ...state, screen: { name: 'chat', chat } }, ...effects)
