import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

const LOG_ROWS = 6

/** A program with its arguments. */
type Command = readonly string[]

const PLACEHOLDER: Command = ['cat']

/**
 * Two clients side by side in a tmux of their own, with the log below them. It ends when one of the
 * clients was left, when somebody presses Ctrl-C in the log, and when it is detached; a client that
 * crashed stays on the screen until the next build.
 */
export class DevScreen implements AsyncDisposable {
  readonly #socket: string
  readonly #panes: readonly string[]
  #attached: ChildProcess | undefined

  constructor(options: {
    readonly clients: readonly [Command, Command]
    readonly log: string
    readonly socket: string
  }) {
    this.#socket = options.socket
    const { columns, rows } = process.stdout
    // The status line takes a row.
    const size = ['-x', String(columns), '-y', String(rows - 1)]
    const first = this.#open('new-session', ['-d', ...size], PLACEHOLDER)
    this.#tmux('set', '-g', 'default-terminal', 'tmux-256color')
    this.#tmux('set', '-as', 'terminal-features', ',*:RGB')
    this.#tmux('set', '-g', 'mouse', 'on')
    this.#tmux('set', '-g', 'status-left', ' gifchat dev · Ctrl-B o: the other client · /quit: end ')
    this.#tmux('set', '-g', 'status-left-length', '80')
    this.#tmux('set', '-g', 'status-right', '')
    this.#tmux('set', '-g', 'window-status-current-format', '')
    this.#tmux('set', '-g', 'remain-on-exit', 'failed')
    const log = this.#open(
      'split-window',
      ['-v', '-l', String(LOG_ROWS)],
      ['tail', '-n', '+1', '-F', options.log],
    )
    this.#tmux('set', '-p', '-t', log, 'remain-on-exit', 'off')
    const second = this.#open('split-window', ['-h', '-t', first], PLACEHOLDER)
    this.#tmux('select-pane', '-t', first)
    this.#panes = [first, second]
    // Not before the panes have their sizes, so that no client starts in one that is resized.
    this.restart(options.clients)
    this.#tmux('set-hook', '-g', 'pane-exited', 'kill-server')
  }

  static isPossible(): boolean {
    return process.stdin.isTTY && process.stdout.isTTY && spawnSync('tmux', ['-V']).status === 0
  }

  /** Shows it in this terminal, and resolves when it is over. */
  async show(): Promise<void> {
    const { TMUX: _, ...env } = process.env
    this.#attached = spawn('tmux', ['-S', this.#socket, 'attach'], { stdio: 'inherit', env })
    await once(this.#attached, 'exit')
  }

  /** Starts both clients again. */
  restart(clients: readonly [Command, Command]): void {
    for (const [index, command] of clients.entries()) {
      this.#tmux('respawn-pane', '-k', '-t', this.#panes[index] ?? '', ...command)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const attached = this.#attached
    const isOver = attached === undefined || attached.exitCode !== null || attached.signalCode !== null
    const over = isOver ? undefined : once(attached, 'exit')
    this.#tmux('kill-server')
    await over
  }

  /** Opens a pane and gives its id. */
  #open(how: string, options: readonly string[], command: Command): string {
    return this.#tmux(how, ...options, '-P', '-F', '#{pane_id}', ...command)
  }

  #tmux(...args: readonly string[]): string {
    const { stdout } = spawnSync('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
    })
    return stdout.trim()
  }
}
