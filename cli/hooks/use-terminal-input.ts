import { useInput, usePaste, useWindowSize } from 'ink'
import { useEffect } from 'react'
import { keysOf } from '../state/key-press.ts'
import type { AppStore } from './app-store.ts'

/** Hands keys, pastes and the window's size to the store. */
export function useTerminalInput(store: AppStore): void {
  const { columns, rows } = useWindowSize()
  useEffect(() => store.dispatch({ type: 'resize', columns, rows }), [store, columns, rows])
  useInput((input, raw) => {
    for (const key of keysOf(input, raw)) store.dispatch({ type: 'key', key })
  })
  usePaste(text => store.dispatch({ type: 'paste', text }))
}
