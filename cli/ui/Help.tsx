import { useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { AppState } from '../app/model/app-state.ts'
import { layoutHelp } from '../app/view/help-rows.ts'
import { Page } from './Page.tsx'

/** The help over the whole screen. */
export function Help({ state }: { readonly state: AppState }): ReactNode {
  useCursor().setCursorPosition(undefined)
  return <Page rows={layoutHelp(state).rows} height={state.environment.size.rows} />
}
