import { LIMITS, lengthOf } from '../../../protocol/limits.ts'
import { isVisible } from '../../../protocol/model.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import { plainText } from '../../terminal/plain-text.ts'
import type { KeyPress } from '../../text/editor/key-press.ts'
import { type AppState, type Step, stay, withChat } from '../model/app-state.ts'
import { addNote, type ChatState } from '../model/chat-state.ts'
import { type CommandName, readLine } from '../model/completion/slash-commands.ts'
import { asksForHelp, hasRoomFor, pasteIntoComposer, pressInComposer, withText } from '../model/composer.ts'
import { keepDraft } from '../model/drafts.ts'
import { inviteOf, inviteSpans } from '../model/invite.ts'
import { endReply, newestOfOthers, startReply } from '../model/replies.ts'
import { deselect, withoutCommand } from '../model/selection.ts'
import { NOTHING_UNREAD, readAll } from '../model/unread.ts'
import { chatGeometry, screenfulOf } from '../view/chat-geometry.ts'
import { arePeopleSeen, hasRoomForPeople, peopleLines } from '../view/people.ts'
import { scroll } from './chat-scroll.ts'
import { stepCompletionKey, typedOn } from './completion-keys.ts'
import { cancelUpload, isUploading, stepGifCommand } from './gif-commands.ts'
import { stepSelectionKey } from './selection-keys.ts'

/** A key in a room. */
export function stepChatKey(state: AppState, shown: ChatState, key: KeyPress): Step {
  const { isAsking } = shown.composer
  const quiet = { ...answered(shown), seeking: undefined }
  const selecting = stepSelectionKey(state, quiet, key)
  if (selecting !== undefined) return selecting
  const geometry = chatGeometry(quiet, state.environment)
  const page = Math.max(1, geometry.listRows - 1)
  if (key.type === 'key' && key.key === 'pageUp') return scroll(state, quiet, page)
  if (key.type === 'key' && key.key === 'pageDown') return scroll(state, quiet, -page)
  // Who types on has done with the selected message.
  const chat = quiet.selection?.hasKeys === true ? deselect(quiet) : quiet
  if (key.type === 'key' && key.key === 'tab' && asksForHelp(chat.composer))
    return withChat({ ...state, helpRow: 0 }, { ...chat, composer: withText(chat.composer, '') })
  const completing = isAsking ? undefined : stepCompletionKey(state, chat, key)
  if (completing !== undefined) return completing
  if (key.type === 'key') {
    if (key.key === 'escape' && !isAsking && chat.replyTo !== undefined)
      return withChat(state, endReply(chat))
    const isEmpty = chat.composer.editor.text === ''
    switch (key.key) {
      case 'home':
        if (isEmpty) return scroll(state, chat, 'top')
        break
      case 'escape':
        if (isAsking) return withChat(state, chat)
        if (chat.scroll === 'end' && !chat.composer.editor.text.startsWith('/') && isUploading(chat))
          return cancelUpload(state, chat)
        // Also with a draft, for which End is a key of its own; a command is forgotten first.
        if (isEmpty || (chat.scroll !== 'end' && !chat.composer.editor.text.startsWith('/')))
          return withChat(state, atEnd(chat))
        break
      case 'end':
        if (isEmpty) return withChat(state, atEnd(chat))
        break
      case 'ctrl+d':
        if (isEmpty) return leave(state, chat)
        break
      case 'ctrl+r':
        return retryFailed(state, chat)
      case 'ctrl+x':
        return giveUp(state, chat)
      case 'alt+p':
        return togglePeople(state, chat)
      case 'ctrl+g':
        return withChat(state, chat, { type: 'reconnect' })
    }
  }
  const pressed = pressInComposer(chat.composer, key, geometry.composerColumns)
  if (pressed.submitted === undefined)
    return hinted(typedOn(state, chat, { ...chat, composer: pressed.composer }, key), chat)
  const before = { chat, isConfirmed: isAsking, rows: geometry.editor.rows.length }
  return submit(state, before, withoutCommand({ ...chat, composer: pressed.composer }), pressed.submitted)
}

/** A paste in a room; what would act on the terminal is taken out of it. */
export function stepChatPaste(state: AppState, chat: ChatState, pasted: string): Step {
  const text = plainText(pasted, { multiline: true })
  const before = deselect(answered(chat))
  if (!hasRoomFor(before.composer, text))
    return refuse(state, before, texts => texts.chat.pasteTooLong(lengthOf(text)))
  const after = { ...before, composer: pasteIntoComposer(before.composer, text) }
  return hinted(typedOn(state, before, after, { type: 'key', key: 'paste' }), before)
}

/** What is written changed: the others are hinted at it once in a while. */
function hinted(step: Step, before: ChatState): Step {
  const { state, effects } = step
  if (state.screen.name !== 'chat') return step
  const { chat } = state.screen
  const { text } = chat.composer.editor
  const isNews =
    text !== before.composer.editor.text &&
    isVisible(text) &&
    !text.startsWith('/') &&
    chat.room.people > 1 &&
    state.environment.display.typing &&
    state.now - chat.hintedAt >= LIMITS.typingPauseMs
  if (!isNews) return step
  return withChat(state, { ...chat, hintedAt: state.now }, ...effects, {
    type: 'hintTyping',
    room: chat.room.id,
  })
}

/** The room after any key: what the status line said or asked is over. */
const answered = (chat: ChatState): ChatState =>
  chat.notice === undefined && !chat.composer.isAsking
    ? chat
    : { ...chat, notice: undefined, composer: { ...chat.composer, isAsking: false } }

/** The room as it was when Enter was pressed. */
interface Submission {
  readonly chat: ChatState
  /** Enter answers the question whether so much is meant. */
  readonly isConfirmed: boolean
  /** Rows of the text in the composer. */
  readonly rows: number
}

function submit(state: AppState, submission: Submission, after: ChatState, text: string): Step {
  const { chat: before } = submission
  const line = readLine(text)
  switch (line.type) {
    case 'say':
      return say(state, submission, after, line.text)
    case 'unknown':
      return refuse(state, before, texts => texts.chat.unknownCommand(line.name))
    case 'command':
      if (line.name === 'help') return withChat({ ...state, helpRow: 0 }, after)
      if (line.name === 'reply') return replyToNewest(state, submission, after, line.argument)
      if (line.name === 'gif' && line.argument === '')
        return refuse(state, before, texts => texts.chat.gifNeedsPath)
      if (line.name === 'save' || line.name === 'open')
        return stepGifCommand(state, before, after, line.name, line.argument)
      return run(state, atEnd(after), line.name, line.argument)
    default:
      return line satisfies never
  }
}

/** A paste that is more than one can see at once goes out when Enter is pressed once more. */
const asking = (chat: ChatState): ChatState => ({ ...chat, composer: { ...chat.composer, isAsking: true } })

function say(state: AppState, submission: Submission, after: ChatState, text: string): Step {
  const { chat: before, isConfirmed, rows } = submission
  if (!isVisible(text)) return refuse(state, before, texts => texts.chat.textEmpty)
  if (lengthOf(text) > LIMITS.textLength) return refuse(state, before, texts => texts.chat.textTooLong)
  if (before.composer.hasPaste && !isConfirmed && rows > screenfulOf(state.environment))
    return refuse(state, asking(before), texts => texts.chat.askLongPaste(rows))
  return withChat(
    state,
    { ...endReply(after), scroll: 'end', unread: NOTHING_UNREAD, hintedAt: 0 },
    { type: 'say', room: after.room.id, text, ...replyOf(after) },
  )
}

/** The end in sight, and with it all that was unread. */
const atEnd = (chat: ChatState): ChatState => ({ ...chat, scroll: 'end', unread: readAll(chat.unread) })

/** What was written stays, so that it can be mended. */
const refuse = (state: AppState, chat: ChatState, notice: Sentence): Step =>
  withChat(state, { ...chat, notice })

function run(
  state: AppState,
  chat: ChatState,
  command: Exclude<CommandName, 'reply' | 'save' | 'open' | 'help'>,
  argument: string,
): Step {
  switch (command) {
    case 'gif':
      return withChat(state, endReply(chat), {
        type: 'postGif',
        room: chat.room.id,
        path: argument,
        ...replyOf(chat),
      })
    case 'who':
      return withChat(state, addNote(chat, peopleLines(chat)))
    case 'invite':
      return invite(state, chat)
    case 'leave':
      return leave(state, chat)
    case 'quit':
      return stay(state, { type: 'quit' })
    default:
      return command satisfies never
  }
}

/** The line to hand on, in the conversation and, where there is one, on the clipboard. */
function invite(state: AppState, chat: ChatState): Step {
  const { server, hasClipboard } = state.environment
  const line = inviteOf(server, chat.room.id)
  const after = addNote(chat, texts => [inviteSpans(texts, line)])
  return hasClipboard
    ? withChat(state, { ...after, notice: texts => texts.chat.copied }, { type: 'copy', text: line })
    : withChat(state, after)
}

/** Back to the list of rooms; what is being written is kept for as long as the room lives. */
const leave = (state: AppState, chat: ChatState): Step =>
  stay(
    {
      ...keepDraft(state, chat),
      screen: { name: 'lobby' },
      notice: texts => texts.chat.gone(chat.room.title),
    },
    { type: 'leave', room: chat.room.id },
    { type: 'watchRooms' },
  )

const replyOf = ({ replyTo }: ChatState) => (replyTo === undefined ? {} : { replyTo })

/** Says something to the newest message of somebody else at once, or begins to. */
function replyToNewest(state: AppState, submission: Submission, after: ChatState, text: string): Step {
  const message = newestOfOthers(after)
  if (message === undefined) return refuse(state, submission.chat, texts => texts.reply.nothing)
  const replying = startReply(after, message)
  return text === '' ? withChat(state, replying) : say(state, submission, replying, text)
}

/** The people stand beside the conversation, or, where there is no room for that, in it. */
function togglePeople(state: AppState, chat: ChatState): Step {
  if (!hasRoomForPeople(state.environment)) return withChat(state, addNote(chat, peopleLines(chat)))
  return withChat(state, { ...chat, arePeopleShown: !arePeopleSeen(chat, state.environment) })
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
