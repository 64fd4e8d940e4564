import type { AppState } from './app-state.ts'
import { nameOf } from './names.ts'
import type { Span } from './row.ts'

/** The right end of each header: how the connection stands, and who one is. */
export function statusSpans({
  connection,
  user,
  environment: { texts, hasColor },
  now,
}: AppState): readonly Span[] {
  const words = texts.connection
  const connected = connection.state === 'open'
  const status = (() => {
    switch (connection.state) {
      case 'connecting':
        return words.connecting
      case 'open':
        return words.open
      case 'waiting':
        return connection.retryAt > now ? words.waiting(connection.retryAt - now) : words.retrying
      case 'closed':
        return words.closed[connection.reason]
      default:
        return connection satisfies never
    }
  })()
  const spans: Span[] = [{ text: status, tone: connected ? 'faint' : 'warning' }]
  if (user !== undefined && connected) {
    spans.push({ text: '  ' })
    spans.push({ text: '■ ', color: user.color, isSwatch: true })
    spans.push({ text: texts.youAre(nameOf(user, { sharedColors: new Set(), hasColor })), tone: 'faint' })
  }
  return [...spans, { text: ' ' }]
}
