import type { Texts } from '../../i18n/en.ts'
import type { Row } from '../../text/row.ts'
import { wrapSentence } from '../../text/wrap-text.ts'
import type { AppState } from '../model/app-state.ts'
import type { Entering } from '../model/entering.ts'
import type { Environment } from '../model/environment.ts'
import { connectionClosedSentence } from './status-layout.ts'

/** The rows under the list of rooms in which something is said. */
export function lobbyNoticeRows(state: AppState): readonly Row[] {
  const { environment, screen, notice, now } = state
  const { texts, size } = environment
  const sentence =
    connectionClosedSentence(state) ??
    (screen.name === 'entering' ? enteringSentence(screen, texts, now) : (notice?.(texts) ?? ''))
  return wrapSentence(sentence, size.columns, mostRows(size)).map((line, index) => ({
    key: `notice${index}`,
    spans: [{ text: ` ${line}`, tone: 'accent' }],
  }))
}

/** The first of these sentences that is seen whole there, or else the last. */
export const firstWholeNotice = (sentences: readonly string[], size: Environment['size']): string =>
  sentences.find(
    sentence => wrapSentence(sentence, size.columns, Number.POSITIVE_INFINITY).length <= mostRows(size),
  ) ??
  sentences.at(-1) ??
  ''

/** The list keeps the other half of the screen. */
const mostRows = ({ rows }: Environment['size']): number => Math.floor(rows / 2)

/** What is said while the join is in progress or waits. */
function enteringSentence({ title, retryAt, isLocked }: Entering, { lobby }: Texts, now: number): string {
  if (retryAt === undefined) return lobby.entering(title)
  const sentence = isLocked ? lobby.enteringLocked : lobby.enteringLater
  return `${sentence(title, retryAt - now)} ${lobby.enteringBack}`
}
