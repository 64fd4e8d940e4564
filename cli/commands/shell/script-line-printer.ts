import { setImmediate } from 'node:timers/promises'
import type { CommandContext } from './command-context.ts'

/** Lines that are written in one turn. */
const PART = 500

/**
 * Prints lines in order. A long read is written in parts, since writing to a pipe or a terminal
 * blocks and signals are only heard in between. After one, what still waits is not written.
 */
export class ScriptLinePrinter {
  readonly #context: Pick<CommandContext, 'stdout' | 'stopped'>
  readonly #waiting: string[] = []
  #printing: Promise<void> | undefined

  constructor(context: Pick<CommandContext, 'stdout' | 'stopped'>) {
    this.#context = context
  }

  /** `line` has its line break. The first one is written at once. */
  printLine(line: string): void {
    this.#waiting.push(line)
    this.#printing ??= this.#printParts()
  }

  /** Resolves when all lines so far are written. */
  async whenPrinted(): Promise<void> {
    await this.#printing
  }

  async #printParts(): Promise<void> {
    const { stdout, stopped } = this.#context
    while (this.#waiting.length > 0 && !stopped.aborted) {
      stdout.write(this.#waiting.splice(0, PART).join(''))
      await setImmediate()
    }
    this.#printing = undefined
  }
}
