import type { Texts } from '../../i18n/en.ts'
import type { Span } from '../../text/row.ts'

/** The invitation line as it is shown in the conversation. */
export const inviteSpans = (texts: Texts, line: string): readonly Span[] => [
  { text: `${texts.chat.invite} ` },
  { text: line, tone: 'accent' },
]
