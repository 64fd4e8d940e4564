import { PassThrough } from 'node:stream'
import type { CommandContext } from '../../cli/commands/shell/command-context.ts'
import type { ExitCode } from '../../cli/commands/shell/exit-codes.ts'
import { en, type Texts } from '../../cli/i18n/en.ts'

/** A script command that runs in this process, with its own streams. */
export class CommandRun {
  readonly stdin = new PassThrough()
  stdout = ''
  stderr = ''
  readonly exitCode: Promise<ExitCode>
  readonly #stop = new AbortController()
  readonly #output: PassThrough
  readonly #waiting = new Set<() => void>()

  constructor(
    command: (context: CommandContext) => Promise<ExitCode>,
    options: {
      readonly env?: Readonly<Record<string, string>>
      readonly isTTY?: boolean
      readonly texts?: Texts
      /** Nobody reads its standard output until `readOutput`, as in a pager. */
      readonly isUnread?: boolean
    } = {},
  ) {
    const keep = (name: 'stdout' | 'stderr') =>
      new PassThrough({ encoding: 'utf8' }).on('data', text => {
        this[name] += text
        for (const look of [...this.#waiting]) look()
      })
    this.#output = keep('stdout')
    if (options.isUnread) this.#output.pause()
    this.exitCode = command({
      stdin: this.stdin,
      stdout: Object.assign(this.#output, { isTTY: options.isTTY ?? false }),
      stderr: keep('stderr'),
      env: options.env ?? {},
      texts: options.texts ?? en,
      stopped: this.#stop.signal,
    })
  }

  /** Each line of standard output so far. */
  get lines(): readonly string[] {
    return this.stdout.split('\n').slice(0, -1)
  }

  /** Each line of standard output so far, as JSON. */
  get objects(): readonly Record<string, unknown>[] {
    return this.lines.map(line => JSON.parse(line))
  }

  readOutput(): void {
    this.#output.resume()
  }

  /** Interrupts the command as SIGINT does. */
  stop(): void {
    this.#stop.abort()
  }

  /** Resolves when `isTrue`, which is asked after each output. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>(resolve => {
        const look = () => {
          this.#waiting.delete(look)
          resolve()
        }
        this.#waiting.add(look)
      })
    }
  }
}
