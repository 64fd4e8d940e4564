import type { ChatMessage, User } from '../../protocol/model.ts'
import type { ChatState, Entry } from '../app/model/chat-state.ts'
import type { Environment } from '../app/model/environment.ts'
import { personNameOf } from '../app/model/people/names.ts'
import { quotedMessage } from '../app/model/replies.ts'
import { gifInWords } from '../gif/gif-in-words.ts'
import { problemSentence } from '../i18n/problem-sentence.ts'
import type { Span } from '../text/row.ts'

/** A line for each event in a room since `before`. All entries if `before` is undefined. */
export function spokenChat(
  before: ChatState | undefined,
  chat: ChatState,
  environment: Environment,
): readonly string[] {
  const { texts } = environment
  const lines: string[] = []
  if (before === undefined) {
    const { title, people, max } = chat.room
    lines.push(texts.linear.entered(title, people, max), texts.linear.chatHint)
  }
  for (const entry of newEntries(before, chat)) lines.push(...spokenEntry(entry, chat, environment))
  const { selection } = chat
  const found = chat.entries.find(({ key }) => key === selection?.key)
  if (found !== undefined && selection?.key !== before?.selection?.key)
    lines.push(...spokenEntry(found, chat, environment))
  for (const message of chat.outgoing) {
    const known = before?.outgoing.find(({ clientMessageId }) => clientMessageId === message.clientMessageId)
    if (message.state === 'failed' && known?.state !== 'failed' && message.error !== undefined)
      lines.push(texts.chat.failed(problemSentence(message.error)(texts)))
  }
  if (chat.delay !== undefined && chat.delay !== before?.delay)
    lines.push(texts.linear.unsent(texts.chat.waits[chat.delay]))
  if (chat.notice !== undefined && chat.notice !== before?.notice) lines.push(chat.notice(texts))
  return lines
}

/** The entries since `before`. A presence entry that has grown lists only its new people. */
function newEntries(before: ChatState | undefined, chat: ChatState): readonly Entry[] {
  const entries = endOf(chat)
  const last = before && endOf(before).at(-1)
  if (last === undefined) return entries
  const index = entries.findLastIndex(({ key }) => key === last.key)
  const changed = entries[index]
  const since = entries.slice(index + 1)
  if (changed === last || changed?.kind !== 'presence' || last.kind !== 'presence') return since
  return [{ ...changed, users: changed.users.slice(last.users.length) }, ...since]
}

/** The end of the conversation, also while an earlier part is shown. */
const endOf = ({ keptEnd, entries }: ChatState): readonly Entry[] => keptEnd?.entries ?? entries

function spokenEntry(entry: Entry, chat: ChatState, environment: Environment): readonly string[] {
  const { texts } = environment
  const name = (user: User) =>
    user.id === chat.me ? texts.you : personNameOf(user, { people: chat.met.people, hasColor: false })
  switch (entry.kind) {
    case 'message':
      return [spokenMessage(entry.message, chat, environment, name)]
    case 'presence': {
      const say = entry.change === 'join' ? texts.chat.cameIn : texts.chat.left
      return [say(entry.users.map(name), 0)]
    }
    case 'note':
      return entry.lines(texts).map(spokenSpans)
    default:
      return entry satisfies never
  }
}

function spokenMessage(
  message: ChatMessage,
  chat: ChatState,
  { texts }: Environment,
  name: (user: User) => string,
): string {
  const { replyTo } = message
  const answered = replyTo === undefined ? undefined : quotedMessage(chat, replyTo)
  const toWhom = answered === undefined ? texts.reply.unknown : name(answered.user)
  const author = message.bot ? `${name(message.user)} ${texts.chat.roles.bot}` : name(message.user)
  const who = replyTo === undefined ? author : texts.linear.reply(author, toWhom)
  const said = 'gif' in message ? gifInWords(message.gif) : oneLine(message.text)
  return texts.linear.message(texts.chat.time(message.createdAt), who, said)
}

/** The text of spans for a screen reader, without swatches and the spaces that align columns. */
const spokenSpans = (spans: readonly Span[]): string =>
  oneLine(
    spans
      .filter(span => span.isSwatch !== true)
      .map(span => span.text)
      .join(''),
  )

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ')
