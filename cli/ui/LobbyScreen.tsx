import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { AppState } from '../app/model/app-state.ts'
import { lobbyFilterCursor, lobbyRows } from '../app/view/lobby-layout.ts'
import { RowsPage } from './RowsPage.tsx'

/** The live list of rooms. */
export function LobbyScreen({ state }: { readonly state: AppState }): ReactNode {
  useCursor().setCursorPosition(lobbyFilterCursor(state))
  const { size } = state.environment
  return <RowsPage rows={lobbyRows(state)} height={size.rows} />
}
