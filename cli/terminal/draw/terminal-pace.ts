import type { TerminalInput } from '../ask/terminal-input.ts'

/** Asks for the status. The terminal answers once it has read all before it (ECMA-48, DSR). */
const ARE_YOU_THERE = '\x1b[5n'

/** The most that animation may send over a network. */
const BYTES_PER_SECOND = 200 * 1024
const LONGEST_REST_MS = 1_000

/** A terminal that is silent for so long is taken for one that does not answer. */
const PATIENCE_MS = 5_000

/** How long one write may take the connection. Whoever types waits so long for an echo. */
const LONGEST_WRITE_MS = 300
/** Assumed until it was measured: a slow connection. */
const FIRST_RATE = 30 * 1024
/** Even the slowest connection gets so much in one write. */
const LEAST_BYTES = 2 * 1024
/** Fewer bytes would measure the latency and not the rate. */
const MEASURABLE_BYTES = 2 * 1024

interface Question {
  readonly askedAt: number
  readonly bytes: number
}

/**
 * Learns from the terminal's answers how much it has read, and how fast. A network connection
 * buffers megabytes out of our sight, and the echo of each key would wait behind them.
 */
export class TerminalPace {
  readonly #now: () => number
  #questions: Question[] = []
  #patience: NodeJS.Timeout | undefined
  #waiting: (() => void)[] = []
  /** Bytes a second. */
  #rate: number | undefined

  constructor(input: Pick<TerminalInput, 'subscribe'>, now = () => performance.now()) {
    this.#now = now
    input.subscribe(signal => {
      if (signal.type !== 'reply' || signal.reply.type !== 'ready') return
      const question = this.#questions.shift()
      if (question === undefined) return
      this.#learn(question)
      if (!this.isBehind) this.#caughtUp()
    })
  }

  /** Whether a question is unanswered. */
  get isBehind(): boolean {
    return this.#questions.length > 0
  }

  /** The most bytes for one write, so that a key does not wait long behind them. */
  get mostBytes(): number {
    return Math.max(LEAST_BYTES, ((this.#rate ?? FIRST_RATE) * LONGEST_WRITE_MS) / 1_000)
  }

  /** A question to be written after the bytes that the terminal has to read. */
  askPace(bytes: number): string {
    this.#questions.push({ askedAt: this.#now(), bytes })
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

  /**
   * A slower answer counts at once, and a faster one in part: it may be chance. The latency is
   * taken for a part of the transfer, so that the rate grows step by step with larger writes.
   */
  #learn({ askedAt, bytes }: Question): void {
    if (bytes < MEASURABLE_BYTES) return
    const rate = (bytes * 1_000) / Math.max(1, this.#now() - askedAt)
    this.#rate = Math.min(rate, ((this.#rate ?? rate) + rate) / 2)
  }

  #caughtUp(): void {
    clearTimeout(this.#patience)
    this.#questions = []
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Whether the terminal is at the other end of a network. */
export const isRemoteTerminal = ({
  SSH_CONNECTION,
  SSH_TTY,
}: Readonly<Record<string, string | undefined>>): boolean =>
  SSH_CONNECTION !== undefined || SSH_TTY !== undefined
