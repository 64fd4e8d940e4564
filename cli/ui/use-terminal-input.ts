import { useInput, usePaste } from 'ink'
import { useRef } from 'react'
import type { AppStore } from '../app/app-store.ts'
import { askForReports } from '../terminal/ask/reports.ts'
import type { TerminalHost } from '../terminal/terminal.ts'
import { isPastedBurst, keyPressesOf } from '../text/editor/key-press.ts'
import { useSuspend } from './use-suspend.ts'

/** Gives keys and pastes to the store. Ctrl-Z suspends the app. */
export function useTerminalInput(store: AppStore, host: TerminalHost | undefined): void {
  const suspend = useSuspend(askForReports(store.getState().environment.display), host)
  // Whoever has marked one paste marks all of them.
  const marksPastes = useRef(store.getState().environment.terminal.hasBracketedPaste)
  useInput((input, raw) => {
    if (!marksPastes.current && isPastedBurst(input)) return store.dispatch({ type: 'paste', text: input })
    for (const key of keyPressesOf(input, raw)) {
      if (key.type === 'key' && key.key === 'ctrl+z') suspend()
      else store.dispatch({ type: 'key', key })
    }
  })
  usePaste(text => {
    marksPastes.current = true
    store.dispatch({ type: 'paste', text })
  })
}
