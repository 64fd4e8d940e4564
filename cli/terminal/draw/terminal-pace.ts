import type { TerminalInput } from '../ask/terminal-input.ts'

/** Asks for the status. The terminal answers once it has read all before it (ECMA-48, DSR). */
const ARE_YOU_THERE = '\x1b[5n'

/** The most that animation may send over a network. */
const BYTES_PER_SECOND = 200 * 1024
const LONGEST_REST_MS = 1_000

/** A terminal that is silent for so long is taken for one that does not answer. */
const PATIENCE_MS = 5_000

/**
 * Learns from the terminal's answers how much it has read. A network connection buffers megabytes
 * out of our sight, and the echo of each key would wait behind them.
 */
export class TerminalPace {
  #unanswered = 0
  #patience: NodeJS.Timeout | undefined
  #waiting: (() => void)[] = []

  constructor(input: Pick<TerminalInput, 'subscribe'>) {
    input.subscribe(signal => {
      if (signal.type !== 'reply' || signal.reply.type !== 'ready' || this.#unanswered === 0) return
      this.#unanswered--
      if (this.#unanswered === 0) this.#caughtUp()
    })
  }

  /** Whether a question is unanswered. */
  get isBehind(): boolean {
    return this.#unanswered > 0
  }

  /** A question to be written after the bytes that the terminal has to read. */
  askPace(): string {
    this.#unanswered++
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#caughtUp(), PATIENCE_MS).unref()
    return ARE_YOU_THERE
  }

  /** Milliseconds for which animation leaves the connection to others after so many bytes. */
  restMsAfter(bytes: number): number {
    return Math.min(LONGEST_REST_MS, (bytes * 1_000) / BYTES_PER_SECOND)
  }

  /** Resolves when every question is answered. */
  whenCaughtUp(): Promise<void> {
    return this.isBehind ? new Promise(resolve => this.#waiting.push(resolve)) : Promise.resolve()
  }

  #caughtUp(): void {
    clearTimeout(this.#patience)
    this.#unanswered = 0
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Whether the terminal is at the other end of a network. */
export const isRemoteTerminal = ({
  SSH_CONNECTION,
  SSH_TTY,
}: Readonly<Record<string, string | undefined>>): boolean =>
  SSH_CONNECTION !== undefined || SSH_TTY !== undefined
