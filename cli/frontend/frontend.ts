import type { AppStore } from '../app/app-store.ts'
import type { Environment } from '../app/model/environment.ts'
import type { GifStage } from '../gif/gif-stage.ts'

/** Shows the app on a terminal and takes what is typed. */
export interface Frontend {
  readonly stage: GifStage
  /** What the terminal can show. */
  readonly environment: Pick<
    Environment,
    'terminal' | 'size' | 'colors' | 'hasColor' | 'hasLinks' | 'hasClipboard'
  >
  /** Shows the app until the user leaves. Always gives the terminal back. */
  show(store: AppStore, stopped: AbortSignal): Promise<void>
  close(): void
}
