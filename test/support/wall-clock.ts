import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The clock on the wall of other processes. A test sets it while they run. */
export class WallClock implements Disposable {
  readonly #file = join(tmpdir(), `gifchat-clock-${process.pid}-${Math.random().toString(36).slice(2)}`)

  constructor() {
    this.setBy(0)
  }

  /** Makes a process and its threads read this clock. */
  get env(): Readonly<Record<string, string>> {
    const program = `
      import { readFileSync } from 'node:fs'
      const now = Date.now
      Date.now = () => now() + Number(readFileSync(${JSON.stringify(this.#file)}, 'utf8'))`
    return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` }
  }

  /** From now on it is so many milliseconds ahead of the machine's clock, or behind it. */
  setBy(milliseconds: number): void {
    writeFileSync(`${this.#file}.new`, String(milliseconds))
    renameSync(`${this.#file}.new`, this.#file)
  }

  [Symbol.dispose](): void {
    rmSync(this.#file)
  }
}
