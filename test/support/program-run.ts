import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const bin = join(import.meta.dirname, '../../bin/gifchat.js')

interface ProgramOptions {
  /** Added to an environment with a home of its own. `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[]
  /** The descriptors that standard output and standard error go to, in place of pipes. */
  readonly stdout?: number
  readonly stderr?: number
  /** Called with the home directory before the program starts. */
  readonly prepare?: (home: string) => Promise<void>
}

/** The built program without a terminal, in a home directory that is deleted afterwards. */
export class ProgramRun implements AsyncDisposable {
  readonly home: string
  stdout = ''
  stderr = ''
  /** Resolves with the exit code when all output has come. */
  readonly exited: Promise<number | null>
  readonly #child: ChildProcess
  readonly #listeners = new Set<() => void>()

  private constructor(home: string, args: readonly string[], options: ProgramOptions) {
    const { env = {}, nodeArgs = [], stdout = 'pipe', stderr = 'pipe' } = options
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
      stdio: ['pipe', stdout, stderr],
    })
    // A program may end before it has read all of its input.
    this.#child.stdin?.on('error', () => undefined)
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

  static async start(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramRun> {
    const home = await mkdtemp(join(tmpdir(), 'gifchat-home-'))
    await options.prepare?.(home)
    return new ProgramRun(home, args, options)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Each line of standard output so far. */
  get lines(): readonly string[] {
    return this.stdout.split('\n').slice(0, -1)
  }

  /** Each line of standard output so far, as JSON. */
  get objects(): readonly Record<string, unknown>[] {
    return this.lines.map(line => JSON.parse(line))
  }

  /** Writes to standard input. */
  type(input: string | Uint8Array): void {
    this.#child.stdin?.write(input)
  }

  endInput(input: string | Uint8Array = ''): void {
    this.#child.stdin?.end(input)
  }

  /** Resolves when its output has this text; rejects when it ends without. */
  async prints(text: string | RegExp): Promise<void> {
    await this.until(() => {
      const output = this.stdout + this.stderr
      return typeof text === 'string' ? output.includes(text) : text.test(output)
    }, String(text))
  }

  /** Resolves when `holds`, which is asked after each output; rejects when it ends before. */
  async until(holds: () => boolean, what = String(holds)): Promise<void> {
    while (!holds()) {
      if (this.#child.exitCode !== null)
        throw new Error(`it ended without ${what}:\n${this.stdout}${this.stderr}`)
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
