import type { AppState } from '../app/model/app-state.ts'
import { lobbyRows } from '../app/view/lobby-layout.ts'

/**
 * The state that was last seen to change the screen. Each new state that React gets costs a whole
 * frame, even one in which no row changes, because Ink's `useInput` and `useCursor` have effects
 * that count as changes.
 */
export function stateSeenOnScreen(getState: () => AppState): () => AppState {
  let newest = getState()
  let seen = newest
  let parts = seenParts(newest)
  return () => {
    const state = getState()
    if (state === newest) return seen
    newest = state
    const next = seenParts(state)
    if (next.length !== parts.length || next.some((part, index) => part !== parts[index])) {
      seen = state
      parts = next
    }
    return seen
  }
}

/** What the screen is made from. Outside of a chat the list of rooms may change unseen. */
function seenParts(state: AppState): readonly unknown[] {
  const { environment, helpRow, lobby, screen } = state
  if (helpRow !== undefined) return ['help', environment, helpRow, screen.name]
  switch (screen.name) {
    case 'lobby':
    case 'entering':
      return ['lobby', environment, lobbyRows(state), lobby.filter, lobby.isFiltering]
    case 'create':
      return ['create', environment, screen.form]
    case 'password':
      return ['password', environment, screen.form, Math.max(0, screen.form.retryAt - state.now)]
    case 'chat':
      return ['chat', state]
    default:
      return screen satisfies never
  }
}
