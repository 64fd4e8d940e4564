import type { AppStore } from '../app/app-store.ts'
import type { Environment } from '../app/model/environment.ts'
import type { GifStage } from '../gif/gif-stage.ts'

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
