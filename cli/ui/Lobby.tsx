import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { AppState } from '../app/model/app-state.ts'
import { lobbyFilterCursor, lobbyRows } from '../app/view/lobby-layout.ts'
import { Page } from './Page.tsx'

/** The live list of rooms. */
export function Lobby({ state }: { readonly state: AppState }): ReactNode {
  useCursor().setCursorPosition(lobbyFilterCursor(state))
  const { size } = state.environment
  return <Page rows={lobbyRows(state)} height={size.rows} />
}
