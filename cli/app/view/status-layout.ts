import { rowWidth, type Span } from '../../text/row.ts'
import { type AppState, closedSentence } from '../model/app-state.ts'
import { NOBODY, personNameOf } from '../model/people/names.ts'

/**
 * The right end of each header, in `columns` cells: the connection's state and, if it fits, the
 * user's name.
 */
export function connectionStatusSpans(state: AppState, columns: number): readonly Span[] {
  const { connection, user, environment } = state
  const { texts, hasColor } = environment
  const end: Span = { text: ' ' }
  const candidates: (readonly Span[])[] = []
  if (connection.state === 'open') {
    const open: Span = { text: texts.connection.open, tone: 'faint' }
    if (user !== undefined) {
      const name = personNameOf(user, { people: NOBODY, hasColor })
      const swatch: Span = { text: '■ ', color: user.color, isSwatch: true }
      candidates.push([open, { text: '  ' }, swatch, { text: texts.youAre(name), tone: 'faint' }, end])
    }
    candidates.push([open, end])
  } else {
    const words = [troubleOf(state), texts.connection.offline]
    candidates.push(...words.map(text => [{ text, tone: 'warning' } as const, end]))
  }
  return candidates.find(spans => rowWidth(spans) <= columns) ?? []
}

function troubleOf({ connection, environment, now }: AppState): string {
  const words = environment.texts.connection
  if (connection.state === 'connecting') return words.connecting
  if (connection.state === 'queueing') return words.queueing(Math.max(0, connection.retryAt - now))
  if (connection.state !== 'waiting') return words.offline
  return connection.retryAt > now ? words.waiting(connection.retryAt - now) : words.retrying
}

/** Says why the connection is closed for good. Undefined while it may reconnect. */
export const connectionClosedSentence = (state: AppState): string | undefined =>
  closedSentence(state)?.(state.environment.texts)
