import './force-color.ts'
import { PassThrough, Writable } from 'node:stream'
import { AppStore } from '../../cli/app/app-store.ts'
import { initialState, type Screen } from '../../cli/app/model/app-state.ts'
import type { Environment } from '../../cli/app/model/environment.ts'
import type { GifStage } from '../../cli/gif/gif-stage.ts'
import { showApp } from '../../cli/ui/show-app.tsx'
import { environmentOf, ME } from './chat-fixtures.ts'
import { FakeChatClient } from './fake-chat-client.ts'
import { TerminalScreen } from './terminal-screen.ts'

export interface AppOnScreenOptions {
  readonly columns?: number
  readonly rows?: number
  readonly environment?: Partial<Environment>
  readonly screen?: Screen
}

/** The real app, drawn by the real Ink, on a terminal in memory and with a client that a test speaks for. */
export class AppOnScreen implements AsyncDisposable {
  readonly client = new FakeChatClient()
  readonly view: TerminalScreen
  readonly store: AppStore
  /** Resolves when the terminal was given back. */
  readonly shown: Promise<void>
  /** Bytes that were written. */
  written = 0
  readonly #stdin = terminalInput()
  readonly #stdout: Writable & { columns: number; rows: number }

  constructor({ columns = 80, rows = 24, environment, screen }: AppOnScreenOptions = {}) {
    this.view = new TerminalScreen(columns, rows)
    const output = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        this.written += Buffer.byteLength(chunk)
        void this.view.write(chunk.replaceAll('\n', '\r\n')).then(() => done())
      },
    })
    this.#stdout = Object.assign(output, { columns, rows, isTTY: true })
    // Ink uses of a terminal's streams only what is set here.
    const stdout = this.#stdout as unknown as NodeJS.WriteStream
    const stdin = this.#stdin as unknown as NodeJS.ReadStream
    const stage: GifStage = {
      stdout,
      graphics: 'text',
      load: () => Promise.reject(new Error('no pictures here')),
      holds: () => false,
      prepare: () => {},
      setPlaying: () => {},
      holdStill: () => {},
      setFocused: () => {},
      setCell: () => Promise.resolve(false),
      close: () => {},
    }
    const initial = initialState(environmentOf(columns, rows, environment), Date.now())
    this.store = new AppStore({ client: this.client, initial })
    this.client.emit(
      { type: 'status', status: { state: 'open' } },
      { type: 'identity', user: ME, identity: 'known' },
    )
    this.store.dispatch({ type: 'begin', screen })
    this.shown = showApp({ store: this.store, stage, stdin, stopped: new AbortController().signal })
  }

  type(keys: string): void {
    this.#stdin.write(keys)
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
    this.view.resize(columns, rows)
    Object.assign(this.#stdout, { columns, rows })
    this.#stdout.emit('resize')
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

const terminalInput = () =>
  Object.assign(new PassThrough({ encoding: 'utf8' }), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  })
