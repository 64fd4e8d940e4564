import { useState, useSyncExternalStore } from 'react'
import type { AppStore } from '../app/app-store.ts'
import type { AppState } from '../app/model/app-state.ts'
import { stateSeenOnScreen } from './state-seen-on-screen.ts'

/** The app's state as it should be on the screen now. */
export function useAppState(store: AppStore): AppState {
  const [getSeen] = useState(() => stateSeenOnScreen(store.getState))
  return useSyncExternalStore(store.subscribe, getSeen)
}
