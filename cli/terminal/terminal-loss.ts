import type { Terminal } from './terminal.ts'

/** How often something is written, so that a terminal which is gone refuses it. */
const BEAT_MS = 45_000

/** Changes nothing, since no style is set between two writes (ECMA-48, SGR). */
const BEAT = '\x1b[0m'

/**
 * Aborts its signal when the terminal is gone. A program in a session of its own gets no SIGHUP: it
 * hears of it only because input ends, or because output fails.
 */
export class TerminalLossWatch implements Disposable {
  readonly #terminal: Pick<Terminal, 'stdin' | 'stdout'>
  readonly #gone = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(terminal: Pick<Terminal, 'stdin' | 'stdout'>) {
    this.#terminal = terminal
    const { stdin, stdout } = terminal
    stdin.on('end', this.#lose).on('error', this.#lose)
    stdout.on('error', this.#lose)
    this.#timer = setInterval(() => stdout.write(BEAT), BEAT_MS).unref()
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    // A lost terminal fails at each further write, and somebody has to listen.
    if (this.signal.aborted) return
    const { stdin, stdout } = this.#terminal
    stdin.off('end', this.#lose).off('error', this.#lose)
    stdout.off('error', this.#lose)
  }

  readonly #lose = (): void => this.#gone.abort()
}
