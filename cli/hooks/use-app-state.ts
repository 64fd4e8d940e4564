import { useSyncExternalStore } from 'react'
import type { AppState } from '../state/app-state.ts'
import type { AppStore } from './app-store.ts'

/** The app's state as it should be on the screen now. */
export const useAppState = (store: AppStore): AppState =>
  useSyncExternalStore(store.subscribe, store.getState)
