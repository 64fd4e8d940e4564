import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type IPty, spawn } from '@lydell/node-pty'
import { type ScreenCell, TerminalScreen } from './terminal-screen.ts'

const bin = join(import.meta.dirname, '../../bin/gifchat.js')

export interface TerminalOptions {
  /** Arguments of `gifchat`. */
  readonly args?: readonly string[]
  /** The program to start in place of `gifchat`, such as a shell, with its arguments. */
  readonly through?: readonly [string, ...string[]]
  readonly columns?: number
  readonly rows?: number
  /** `#RRGGBB`, if this terminal answers what its background is. */
  readonly background?: string
  /** The pixels of a cell, if it answers what they are. */
  readonly cellSize?: { readonly width: number; readonly height: number }
  /** Files in its home directory, by name. The program starts there. */
  readonly files?: Readonly<Record<string, string>>
  /** Added to `plainEnvironment`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** False for a terminal that ignores the alternate screen. */
  readonly hasAlternateScreen?: boolean
  /** False for a terminal that does not say which modes it knows (DECRQM). */
  readonly tellsModes?: boolean
  /** Whether the terminal knows kitty's keyboard protocol. */
  readonly knowsKeyboardProtocol?: boolean
}

/** The built program in a terminal: a test reads its screen and types keys. */
export class Terminal implements AsyncDisposable {
  readonly view: TerminalScreen
  /**
   * Resolves with the exit code once all output is on the screen. From 128 on, a signal ended the
   * program, as in a shell.
   */
  readonly exited: Promise<number>
  readonly #pty: IPty
  readonly #home: string
  #written: Promise<void> = Promise.resolve()
  #output = ''
  #hasExited = false
  readonly #listeners: (() => void)[] = []

  constructor(
    home: string,
    { args = [], through, columns = 80, rows = 24, env = {}, ...options }: TerminalOptions,
  ) {
    this.#home = home
    this.view = new TerminalScreen(columns, rows, options.background)
    if (options.cellSize !== undefined) this.view.tellCellSize(options.cellSize)
    if (options.hasAlternateScreen === false) this.view.loseAlternateScreen()
    if (options.tellsModes === false) this.view.keepModesSecret()
    if (options.knowsKeyboardProtocol === true) this.view.knowKeyboardProtocol()
    const [program, ...rest] = through ?? [process.execPath, bin, ...args]
    const environment = { ...plainEnvironment(home), ...env }
    this.#pty = spawn(program, rest, {
      name: environment.TERM ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd: home,
      env: environment,
    })
    this.view.onReply(reply => {
      if (!this.#hasExited) this.#pty.write(reply)
    })
    this.#pty.onData(output => {
      this.#output += output
      for (const listener of this.#listeners) listener()
      this.#written = this.view.write(output)
    })
    this.exited = new Promise(resolve =>
      this.#pty.onExit(({ exitCode: code, signal }) => {
        const exitCode = signal ? 128 + signal : code
        this.#hasExited = true
        // The last output may not have been parsed yet.
        setImmediate(async () => {
          await this.#written
          this.view.end(`the program ended with ${exitCode}`)
          resolve(exitCode)
        })
      }),
    )
  }

  /** Calls `listener` after each output. */
  onOutput(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** All that the program has written so far. */
  get output(): string {
    return this.#output
  }

  /** The number of bytes that the program has written so far. */
  get bytes(): number {
    return Buffer.byteLength(this.#output)
  }

  /** The control characters that the program has written so far, without line breaks. */
  get controls(): string {
    return this.#output.match(/[^\P{Cc}\r\n]/gu)?.join('') ?? ''
  }

  get pid(): number {
    return this.#pty.pid
  }

  /** Where the person's identity is kept, for another terminal of the same person. */
  get configHome(): string {
    return join(this.#home, '.config')
  }

  /** The rows of the screen. */
  screen(): readonly string[] {
    return this.view.text()
  }

  get cursor(): { readonly x: number; readonly y: number } {
    return this.view.cursor
  }

  cell(x: number, y: number): ScreenCell {
    return this.view.cell(x, y)
  }

  cellOf(text: string): ScreenCell {
    return this.view.cellOf(text)
  }

  /** Resolves when the screen shows a text or fulfils a condition; rejects after 20 s. */
  waitFor(holds: string | ((screen: TerminalScreen) => boolean)): Promise<void> {
    return this.view.waitFor(holds)
  }

  /** Resolves when the program reads keys, so that none is lost or echoed. */
  ready(): Promise<void> {
    return this.view.waitFor(screen => screen.isReady)
  }

  type(keys: string): void {
    this.#pty.write(keys)
  }

  /** Pastes as a terminal does: between the marks of bracketed paste. */
  paste(text: string): void {
    this.#pty.write(`\x1b[200~${text}\x1b[201~`)
  }

  resize(columns: number, rows: number): void {
    this.view.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  /** Takes the terminal away, so that reading and writing fail. */
  hangUp(): void {
    // node-pty has it, though its types do not say so.
    ;(this.#pty as IPty & { destroy(): void }).destroy()
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#hasExited) this.#pty.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL')
    await this.exited
    // A program that goes on without its terminal, as tmux does, may write there for a moment.
    await rm(this.#home, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** A line that starts the built program in a shell. */
export const shellLine = (...args: readonly string[]): string =>
  [process.execPath, bin, ...args].map(word => `'${word}'`).join(' ')

/** The bytes of keys without a letter. */
export const KEYS = {
  enter: '\r',
  altEnter: '\x1b\r',
  /** In kitty's keyboard protocol. */
  shiftEnter: '\x1b[13;2u',
  escape: '\x1b',
  tab: '\t',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  home: '\x1b[H',
  end: '\x1b[F',
  ctrlC: '\x03',
  ctrlD: '\x04',
  ctrlZ: '\x1a',
} as const

/** Starts the built program in a terminal, with a home directory that is deleted afterwards. */
export async function openTerminal(options: TerminalOptions = {}): Promise<Terminal> {
  const home = await mkdtemp(join(tmpdir(), 'gifchat-terminal-'))
  for (const [name, text] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(home, name)), { recursive: true })
    await writeFile(join(home, name), text)
  }
  return new Terminal(home, options)
}

function plainEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local'),
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
  }
}
