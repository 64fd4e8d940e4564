import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import type { CommandContext } from './command-context.ts'

/** Lines that are written in one turn. */
const PART = 500
/** Lines that may wait before no more are asked for. */
const MOST_WAITING = 1_000

/** Where lines come from. */
interface LineSource {
  /** Whether more are wanted. May be told the same again. */
  setReading(isReading: boolean): void
}

/**
 * Prints lines in order, as fast as they are read. A long read is written in parts, since signals
 * are only heard in between. After one, what still waits is not written. While too many lines wait,
 * as for a pager, their source is read no more.
 */
export class ScriptLinePrinter {
  readonly #context: Pick<CommandContext, 'stdout' | 'stopped'>
  readonly #source: LineSource | undefined
  readonly #waiting: string[] = []
  #printing: Promise<void> | undefined

  constructor(context: Pick<CommandContext, 'stdout' | 'stopped'>, source?: LineSource) {
    this.#context = context
    this.#source = source
  }

  /** `line` has its line break. The first one is written at once. */
  printLine(line: string): void {
    if (this.#context.stopped.aborted) return
    this.#waiting.push(line)
    // The source may have another connection since it was last told.
    if (this.#waiting.length >= MOST_WAITING) this.#source?.setReading(false)
    this.#printing ??= this.#printParts()
  }

  /** Resolves when all lines so far are written. */
  async whenPrinted(): Promise<void> {
    await this.#printing
  }

  async #printParts(): Promise<void> {
    const { stdout, stopped } = this.#context
    while (this.#waiting.length > 0 && !stopped.aborted) {
      const takesMore = stdout.write(this.#waiting.splice(0, PART).join(''))
      if (!takesMore) await once(stdout, 'drain', { signal: stopped }).catch(() => undefined)
      await setImmediate()
    }
    this.#printing = undefined
    this.#source?.setReading(true)
  }
}
