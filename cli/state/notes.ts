import type { Texts } from '../i18n/en.ts'
import type { Span } from './row.ts'

/** The line that a person hands on. */
export const inviteSpans = (texts: Texts, line: string): readonly Span[] => [
  { text: `${texts.chat.invite} ` },
  { text: `gifchat join ${line}`, tone: 'accent' },
]
