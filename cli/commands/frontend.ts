import type { GifStage } from '../gif/gif-stage.ts'
import type { AppStore } from '../hooks/app-store.ts'
import type { Environment } from '../state/environment.ts'

/** How the app shows itself and takes what is typed. */
export interface Frontend {
  readonly stage: GifStage
  /** What it can show, and where. */
  readonly environment: Pick<
    Environment,
    'terminal' | 'size' | 'colors' | 'hasColor' | 'hasLinks' | 'hasClipboard'
  >
  /** Shows the app until the user leaves it; gives the terminal back in every case. */
  show(store: AppStore, stopped: AbortSignal): Promise<void>
  close(): void
}
