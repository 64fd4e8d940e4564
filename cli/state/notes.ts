import type { Texts } from '../i18n/en.ts'
import type { NoteLines } from './chat-state.ts'
import type { Span } from './row.ts'
import { fit } from './screen-width.ts'
import { COMMAND_NAMES, hangulNameOf } from './slash-commands.ts'

const KEY_COLUMNS = 19

/** The line that a person hands on. */
export const inviteSpans = (texts: Texts, line: string): readonly Span[] => [
  { text: `${texts.chat.invite} ` },
  { text: `gifchat join ${line}`, tone: 'accent' },
]

/** The commands and keys of a room. */
export const helpLines: NoteLines = texts => [
  [{ text: texts.help.inRoom, tone: 'strong' }],
  ...COMMAND_NAMES.map(name => {
    const { usage, about } = texts.commands[name]
    return helpLine(usage, texts.language === 'ko' ? `${about} (/${hangulNameOf(name)})` : about)
  }),
  ...texts.help.chat.map(([keys = '', about = '']) => helpLine(keys, about)),
]

/** A key or command, and what it does. */
export const helpLine = (keys: string, about: string): readonly Span[] => [
  { text: fit(keys, KEY_COLUMNS), tone: 'accent' },
  { text: about },
]
