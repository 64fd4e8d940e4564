import { AppStore } from '../../cli/app/app-store.ts'
import { initialAppState, type Screen } from '../../cli/app/model/app-state.ts'
import type { Environment } from '../../cli/app/model/environment.ts'
import { systemTimes } from '../../cli/app/system-times.ts'
import { textStage } from '../../cli/gif/stage/text-stage.ts'
import { showInkApp } from '../../cli/ui/show-ink-app.tsx'
import { environmentOf, ME } from './chat-fixtures.ts'
import { FakeChatClient } from './fake-chat-client.ts'
import { MemoryTerminal } from './memory-terminal.ts'
import type { TerminalScreen } from './terminal-screen.ts'

export interface AppOnScreenOptions {
  readonly columns?: number
  readonly rows?: number
  readonly environment?: Partial<Environment>
  readonly screen?: Screen
}

/** The real app and the real Ink on a terminal in memory, with a fake client. */
export class AppOnScreen implements AsyncDisposable {
  readonly client = new FakeChatClient()
  readonly view: TerminalScreen
  readonly store: AppStore
  /** Resolves when the terminal has been given back. */
  readonly shown: Promise<void>
  readonly #terminal: MemoryTerminal

  constructor({ columns = 80, rows = 24, environment, screen }: AppOnScreenOptions = {}) {
    this.#terminal = new MemoryTerminal(columns, rows)
    this.view = this.#terminal.view
    const { stdin, stdout } = this.#terminal
    const stage = textStage(stdout)
    const initial = initialAppState(environmentOf(columns, rows, environment), systemTimes())
    this.store = new AppStore({ client: this.client, initial })
    this.client.emit(
      { type: 'status', status: { state: 'open' } },
      { type: 'identity', user: ME, identity: 'known' },
    )
    this.store.dispatch({ type: 'begin', screen })
    this.shown = showInkApp({
      store: this.store,
      stage,
      stdin,
      host: process,
      hasOneScreen: false,
      stopped: new AbortController().signal,
    })
  }

  /** The number of bytes written so far. */
  get written(): number {
    return Buffer.byteLength(this.#terminal.output)
  }

  type(keys: string): void {
    this.#terminal.type(keys)
  }

  /** Resolves after the store's next redraw has been drawn. */
  async redrawn(): Promise<void> {
    await new Promise<void>(resolve => {
      const stop = this.store.subscribe(() => {
        stop()
        resolve()
      })
    })
    await new Promise<void>(resolve => setImmediate(resolve))
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
  }

  waitFor(holds: string | ((screen: TerminalScreen) => boolean)): Promise<void> {
    return this.view.waitFor(holds)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.store.quit()
    await this.shown
    this.store.close()
  }
}
