import { useInput, usePaste } from 'ink'
import type { AppStore } from '../app/app-store.ts'
import { askForReports } from '../terminal/ask/reports.ts'
import type { TerminalHost } from '../terminal/terminal.ts'
import { isPastedBurst, keyPressesOf } from '../text/editor/key-press.ts'
import { useSuspend } from './use-suspend.ts'

/** Gives keys and pastes to the store. Ctrl-Z suspends the app. */
export function useTerminalInput(store: AppStore, host: TerminalHost | undefined): void {
  const suspend = useSuspend(askForReports(store.getState().environment.display), host)
  const { hasBracketedPaste } = store.getState().environment.terminal
  useInput((input, raw) => {
    if (!hasBracketedPaste && isPastedBurst(input)) return store.dispatch({ type: 'paste', text: input })
    for (const key of keyPressesOf(input, raw)) {
      if (key.type === 'key' && key.key === 'ctrl+z') suspend()
      else store.dispatch({ type: 'key', key })
    }
  })
  usePaste(text => store.dispatch({ type: 'paste', text }))
}
