import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const bin = join(import.meta.dirname, '../../bin/gifchat.js')

/** The built program without a terminal, in a home directory that is deleted afterwards. */
export class ProgramRun implements AsyncDisposable {
  readonly home: string
  stdout = ''
  stderr = ''
  /** Resolves with the exit code when all output has come. */
  readonly exited: Promise<number | null>
  readonly #child: ChildProcess
  readonly #listeners = new Set<() => void>()

  private constructor(
    home: string,
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
    nodeArgs: readonly string[],
  ) {
    this.home = home
    this.#child = spawn(process.execPath, [...nodeArgs, bin, ...args], {
      cwd: home,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
        XDG_DATA_HOME: join(home, '.local'),
        LANG: 'C.UTF-8',
        ...env,
      },
    })
    for (const name of ['stdout', 'stderr'] as const)
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this[name] += text
        for (const look of [...this.#listeners]) look()
      })
    this.exited = once(this.#child, 'close').then(([code]) => {
      for (const look of [...this.#listeners]) look()
      return code
    })
  }

  static async start(
    args: readonly string[],
    options: {
      readonly env?: Readonly<Record<string, string | undefined>>
      /** Arguments of Node itself. */
      readonly nodeArgs?: readonly string[]
      /** Called with the home directory before the program starts. */
      readonly prepare?: (home: string) => Promise<void>
    } = {},
  ): Promise<ProgramRun> {
    const home = await mkdtemp(join(tmpdir(), 'gifchat-home-'))
    await options.prepare?.(home)
    return new ProgramRun(home, args, options.env ?? {}, options.nodeArgs ?? [])
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Resolves when its output has this text; rejects when it ends without. */
  async prints(text: string | RegExp): Promise<void> {
    const holds = () => {
      const output = this.stdout + this.stderr
      return typeof text === 'string' ? output.includes(text) : text.test(output)
    }
    while (!holds()) {
      if (this.#child.exitCode !== null)
        throw new Error(`it ended without ${text}:\n${this.stdout}${this.stderr}`)
      await new Promise<void>(resolve => {
        const look = () => {
          this.#listeners.delete(look)
          resolve()
        }
        this.#listeners.add(look)
      })
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL')
    await this.exited
    await rm(this.home, { recursive: true, force: true })
  }
}
