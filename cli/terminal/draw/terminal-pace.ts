import type { TerminalInput } from '../ask/terminal-input.ts'

/** Asks the terminal whether it is well; it answers when it has taken in all that came before (ECMA-48, DSR). */
const ARE_YOU_THERE = '\x1b[5n'

/** What animation may take of the line, and milliseconds that one drawing can make it rest. */
const BYTES_PER_SECOND = 200 * 1024
const LONGEST_REST_MS = 1_000

/** Milliseconds after which a terminal is taken for one that does not answer. */
const PATIENCE_MS = 5_000

/**
 * Learns from the terminal's own answers how far it has come. Between us and it the network keeps megabytes that nobody
 * could see otherwise, and every key would wait behind them.
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

  /** Whether the terminal has not yet come to the last question. */
  get isBehind(): boolean {
    return this.#unanswered > 0
  }

  /** A question to be written behind what it has to take in. */
  question(): string {
    this.#unanswered++
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#caughtUp(), PATIENCE_MS).unref()
    return ARE_YOU_THERE
  }

  /** Milliseconds for which animation leaves the line to others after so many bytes. */
  restAfter(bytes: number): number {
    return Math.min(LONGEST_REST_MS, (bytes * 1_000) / BYTES_PER_SECOND)
  }

  /** Resolves when every question is answered. */
  caughtUp(): Promise<void> {
    return this.isBehind ? new Promise(resolve => this.#waiting.push(resolve)) : Promise.resolve()
  }

  #caughtUp(): void {
    clearTimeout(this.#patience)
    this.#unanswered = 0
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Whether the terminal is at the other end of a network. */
export const isRemote = ({
  SSH_CONNECTION,
  SSH_TTY,
}: Readonly<Record<string, string | undefined>>): boolean =>
  SSH_CONNECTION !== undefined || SSH_TTY !== undefined
