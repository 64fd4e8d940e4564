import { useSyncExternalStore } from 'react'
import type { AppStore } from '../app/app-store.ts'
import type { AppState } from '../app/model/app-state.ts'

/** The app's state as it should be on the screen now. */
export const useAppState = (store: AppStore): AppState =>
  useSyncExternalStore(store.subscribe, store.getState)
