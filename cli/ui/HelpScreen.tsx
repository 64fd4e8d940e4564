import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { AppState } from '../app/model/app-state.ts'
import { layoutHelp } from '../app/view/help-rows.ts'
import { RowsPage } from './RowsPage.tsx'

/** The help over the whole screen. */
export function HelpScreen({ state }: { readonly state: AppState }): ReactNode {
  useCursor().setCursorPosition(undefined)
  return <RowsPage rows={layoutHelp(state).rows} height={state.environment.size.rows} />
}
