import { codePointLength, LIMITS } from '../../../protocol/limits.ts'
import { isVisibleText } from '../../../protocol/model.ts'
import type { Sentence } from '../../i18n/problem-sentence.ts'
import { splitText } from '../../text/split-text.ts'
import { type AppState, closedSentence } from '../model/app-state.ts'
import { addNoteToChat, type ChatState, type NoteLines } from '../model/chat-state.ts'
import {
  type CommandName,
  gifPathsOf,
  readComposerLine,
  takesArgument,
} from '../model/completion/slash-commands.ts'
import { backToEnd } from '../model/conversation/earlier-part.ts'
import { inviteCommandOf } from '../model/invite.ts'
import { endReply, newestMessageOfOthers, startReply } from '../model/replies.ts'
import { NOTHING_UNREAD } from '../model/unread.ts'
import { screenfulRows } from '../view/chat-geometry.ts'
import { inviteLines } from '../view/invite.ts'
import { peopleLines } from '../view/people.ts'
import { updateToChatEnd } from './chat-scroll.ts'
import { stepGifCommand } from './gif-commands.ts'
import { stepDetach, stepQuit, stepShare } from './hosting.ts'
import { stepLeaveRoom } from './room-keys.ts'
import { stepFind } from './seek-keys.ts'
import { type Step, stepToChat } from './step.ts'

/*
 * A line's way from Enter to the conversation:
 * 1. `pressInComposer` empties the composer and remembers the text in its history.
 * 2. `stepSubmittedLine` reads the line: something to say, a command, or an unknown command.
 * 3. A line that is refused goes no further. The room stays as it was before Enter, with a sentence
 *    that says why, so that the line can be mended. A long paste is refused once, as a question.
 * 4. An effect sends it. The conversation shows its end, and the reply is over.
 * 5. The connection reports the message as `outgoing`: it stands below the conversation, faint,
 *    until it comes back from the server with its `seq` (`addMessagesToChat`), or until it fails.
 * 6. A failed message stays there for Ctrl-R and Ctrl-X. A file that cannot be sent never becomes a
 *    message: `fileRefused` brings the line back into the composer (`restoreLastSentInComposer`).
 */

/** The room before and after Enter. A refused line keeps the first, any other the second. */
interface Submission {
  readonly before: ChatState
  /** Its composer is empty already. */
  readonly after: ChatState
  /** Rows that the text filled in the composer. */
  readonly rows: number
  /** Whether this Enter answers the question about a long paste. */
  readonly isConfirmed: boolean
}

/** The step after Enter on a text. */
export function stepSubmittedLine(state: AppState, submission: Submission, text: string): Step {
  const { before, after } = submission
  const line = readComposerLine(text)
  switch (line.type) {
    case 'say':
      return sayText(state, submission, line.text)
    case 'unknown':
      return stepRefusedLine(state, before, texts => texts.chat.unknownCommand(line.name))
    case 'command':
      // It may be the beginning of a sentence: nobody should leave because of that.
      if (line.argument !== '' && !takesArgument(line.name))
        return stepRefusedLine(state, before, texts => texts.chat.commandAlone(line.typed))
      if (line.name === 'help') return stepToChat({ ...state, helpRow: 0 }, after)
      if (line.name === 'find') return stepFind(state, after, line.argument)
      if (line.name === 'reply') return replyToNewest(state, submission, line.argument)
      if (line.name === 'gif' && line.argument === '')
        return stepRefusedLine(state, before, texts => texts.chat.gifNeedsPath)
      if (line.name === 'save' || line.name === 'open')
        return stepGifCommand(state, before, after, line.name, line.argument)
      return runRoomCommand(state, updateToChatEnd(after), line.name, line.argument)
    default:
      return line satisfies never
  }
}

/** The line stays in the composer, so that it can be mended. */
export const stepRefusedLine = (state: AppState, before: ChatState, notice: Sentence): Step =>
  stepToChat(state, { ...before, notice })

function sayText(state: AppState, { before, after, rows, isConfirmed }: Submission, text: string): Step {
  const closed = closedSentence(state)
  if (closed !== undefined) return stepRefusedLine(state, before, closed)
  if (!isVisibleText(text)) return stepRefusedLine(state, before, texts => texts.chat.textEmpty)
  const length = codePointLength(text)
  const parts = length > LIMITS.textLength ? splitText(text, LIMITS.textLength) : [text]
  if (parts.length > 1 && !isConfirmed)
    return stepRefusedLine(state, askAboutText(before), texts => texts.chat.askParts(length, parts.length))
  if (before.composer.hasPaste && !isConfirmed && rows > screenfulRows(state.environment))
    return stepRefusedLine(state, askAboutText(before), texts => texts.chat.askLongPaste(rows))
  return stepToChat(
    state,
    { ...updateToChatEnd(endReply(after)), unread: NOTHING_UNREAD, hintedAt: Number.NEGATIVE_INFINITY },
    ...parts.map(
      (part, index) =>
        ({ type: 'say', room: after.room.id, text: part, ...(index === 0 && replyToOf(after)) }) as const,
    ),
  )
}

/**
 * A paste higher than the screen may hold unseen lines, and a long text becomes several messages: a
 * second Enter confirms it.
 */
const askAboutText = (chat: ChatState): ChatState => ({
  ...chat,
  composer: { ...chat.composer, isAsking: true },
})

/** `/reply` alone begins a reply to somebody else's newest message. With a text it sends it. */
function replyToNewest(state: AppState, submission: Submission, text: string): Step {
  const { before, after } = submission
  const message = newestMessageOfOthers(backToEnd(after))
  if (message === undefined) return stepRefusedLine(state, before, texts => texts.reply.nothing)
  const replying = startReply(after, message)
  return text === '' ? stepToChat(state, replying) : sayText(state, { ...submission, after: replying }, text)
}

function runRoomCommand(
  state: AppState,
  chat: ChatState,
  command: Exclude<CommandName, 'find' | 'reply' | 'save' | 'open' | 'help'>,
  argument: string,
): Step {
  switch (command) {
    case 'gif':
      return stepToChat(
        state,
        endReply({ ...chat, offer: undefined }),
        ...gifPathsOf(argument).map(path => {
          const smaller = chat.offer?.path === path ? { smaller: chat.offer.gif.bytes } : {}
          return { type: 'postGif', room: chat.room.id, path, ...smaller, ...replyToOf(chat) } as const
        }),
      )
    case 'who':
      return stepToChat(state, addNoteToChat(chat, peopleLines(chat)))
    case 'invite':
      return showInvite(state, chat)
    case 'share':
      return stepShare({ ...state, screen: { name: 'chat', chat } })
    case 'detach':
      return stepDetach({ ...state, screen: { name: 'chat', chat } })
    case 'leave':
      return stepLeaveRoom(state, chat)
    case 'quit':
      return stepQuit({ ...state, screen: { name: 'chat', chat } })
    default:
      return command satisfies never
  }
}

/** Shows the line that invites others, and puts it on the clipboard where there is one. */
function showInvite(state: AppState, chat: ChatState): Step {
  const { servers, hasClipboard } = state.environment
  const lines = servers.map(server => inviteCommandOf(server, chat.room.id))
  const note: NoteLines = texts => inviteLines(texts, lines, state.hosting, true)
  const after = addNoteToChat(chat, note, state.hosting?.isShared === false)
  return hasClipboard
    ? stepToChat(
        state,
        { ...after, notice: texts => texts.chat.copied },
        { type: 'copy', text: lines[0] ?? '' },
      )
    : stepToChat(state, after)
}

const replyToOf = ({ replyTo }: ChatState) => (replyTo === undefined ? {} : { replyTo })
