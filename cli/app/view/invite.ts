import type { Texts } from '../../i18n/en.ts'
import type { Row, Span } from '../../text/row.ts'
import type { AppState } from '../model/app-state.ts'

/**
 * The invitation as it is shown in the conversation. While the server is for this machine alone,
 * it says so.
 */
export const inviteLines = (
  texts: Texts,
  line: string,
  hosting: AppState['hosting'],
): readonly Row['spans'][] => [
  inviteSpans(texts, line),
  ...(hosting?.isShared === false ? [[{ text: texts.hosting.onlyHere, tone: 'warning' } as const]] : []),
]

const inviteSpans = (texts: Texts, line: string): readonly Span[] => [
  { text: `${texts.chat.invite} ` },
  { text: line, tone: 'accent' },
]
