import type { Texts } from '../../i18n/en.ts'
import type { Row } from '../../text/row.ts'
import type { AppState } from '../model/app-state.ts'

/** An invitation to a server that only this machine reaches; others have another address. */
const ON_THIS_MACHINE = /\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/]/

/**
 * The invitation as it is shown in the conversation, at each address of the server. While that is
 * for this machine alone, it says so: to the host always, and to others who ask for it.
 */
export const inviteLines = (
  texts: Texts,
  [line = '', ...others]: readonly string[],
  hosting: AppState['hosting'],
  isAsked = false,
): readonly Row['spans'][] => {
  const limit = texts.hosting[hosting === undefined ? 'onlyHost' : 'onlyHere']
  return [
    [{ text: `${texts.chat.invite} ` }, { text: line, tone: 'accent' }],
    ...others.map(other => [{ text: other, tone: 'accent' } as const]),
    ...(ON_THIS_MACHINE.test(line) && (isAsked || hosting !== undefined)
      ? [[{ text: limit, tone: 'warning' } as const]]
      : [notInstalledLine(texts)]),
  ]
}

/** The invitations to a server that was just opened, at each of its addresses. */
export const sharedInviteLines = (texts: Texts, lines: readonly string[]): readonly Row['spans'][] => [
  [{ text: texts.hosting.open, tone: 'accent' }],
  ...lines.map(line => [{ text: line, tone: 'accent' } as const]),
  notInstalledLine(texts),
]

const notInstalledLine = (texts: Texts): Row['spans'] => [{ text: texts.hosting.notInstalled, tone: 'faint' }]
