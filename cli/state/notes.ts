import type { Texts } from '../i18n/en.ts'
import type { ChatState, NoteLines } from './chat-state.ts'
import type { Environment } from './environment.ts'
import { nameOf } from './names.ts'
import type { Span } from './row.ts'
import { fit } from './screen-width.ts'
import { COMMAND_NAMES } from './slash-commands.ts'

/** People that `/who` names one by one. */
const LISTED_PEOPLE = 50
const KEY_COLUMNS = 19

/** The line that a person hands on. */
export const inviteSpans = (texts: Texts, line: string): readonly Span[] => [
  { text: `${texts.chat.invite} ` },
  { text: `gifchat join ${line}`, tone: 'accent' },
]

/** The commands and keys of a room. */
export const helpLines: NoteLines = texts => [
  [{ text: texts.help.inRoom, tone: 'strong' }],
  ...COMMAND_NAMES.map(name => helpLine(texts.commands[name].usage, texts.commands[name].about)),
  ...texts.help.chat.map(([keys = '', about = '']) => helpLine(keys, about)),
]

/** A key or command, and what it does. */
export const helpLine = (keys: string, about: string): readonly Span[] => [
  { text: fit(keys, KEY_COLUMNS), tone: 'accent' },
  { text: about },
]

/** Who is here, each with their colour. */
export function peopleLines(chat: ChatState, { hasColor }: Environment): NoteLines {
  const { members, sharedColors, room, me } = chat
  const listed = members.slice(0, LISTED_PEOPLE)
  const more = members.length - listed.length
  return texts => [
    [{ text: texts.chat.who(members.length), tone: 'strong' }],
    ...listed.map((member): readonly Span[] => {
      const facts = [
        ...(member.id === me ? [texts.you] : []),
        ...(member.id === room.owner.id ? [texts.chat.owner] : []),
      ]
      return [
        { text: '■ ', color: member.color, isSwatch: true },
        { text: nameOf(member, { sharedColors, hasColor }) },
        { text: facts.length === 0 ? '' : `  ${facts.join(', ')}`, tone: 'faint' },
      ]
    }),
    ...(more > 0 ? [[{ text: `+ ${more}`, tone: 'faint' } as const]] : []),
  ]
}
