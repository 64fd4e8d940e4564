import type { Texts } from '../../i18n/en.ts'
import type { Row, Span } from '../../text/row.ts'
import type { AppState } from '../model/app-state.ts'

/** An invitation to a server that only this machine reaches; others have another address. */
const ON_THIS_MACHINE = /\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/]/

/**
 * The invitation as it is shown in the conversation. While the server is for this machine alone,
 * it says so: to the host always, and to others who ask for it.
 */
export const inviteLines = (
  texts: Texts,
  line: string,
  hosting: AppState['hosting'],
  isAsked = false,
): readonly Row['spans'][] => {
  const limit = texts.hosting[hosting === undefined ? 'onlyHost' : 'onlyHere']
  return [
    inviteSpans(texts, line),
    ...(ON_THIS_MACHINE.test(line) && (isAsked || hosting !== undefined)
      ? [[{ text: limit, tone: 'warning' } as const]]
      : []),
  ]
}

const inviteSpans = (texts: Texts, line: string): readonly Span[] => [
  { text: `${texts.chat.invite} ` },
  { text: line, tone: 'accent' },
]
