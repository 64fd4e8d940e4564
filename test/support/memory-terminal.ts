import { PassThrough, Writable } from 'node:stream'
import type { Terminal } from '../../cli/terminal/terminal.ts'
import { TerminalScreen } from './terminal-screen.ts'

/** A terminal in memory, for a frontend that runs in the test's own process. */
export class MemoryTerminal implements Terminal {
  readonly view: TerminalScreen
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string>>
  /** Everything that was written. */
  output = ''
  interrupts = 0
  readonly #typed: PassThrough
  readonly #output: Writable

  constructor(columns: number, rows: number, env: Readonly<Record<string, string>> = {}) {
    this.view = new TerminalScreen(columns, rows)
    this.env = env
    this.#typed = new PassThrough({ encoding: 'utf8' })
    this.#output = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        this.output += chunk
        void this.view.write(chunk.replaceAll('\n', '\r\n')).then(() => done())
      },
    })
    const ignore = () => undefined
    // Only these parts of a terminal's streams are used.
    this.stdin = Object.assign(this.#typed, {
      isTTY: true,
      setRawMode: ignore,
      ref: ignore,
      unref: ignore,
    }) as unknown as NodeJS.ReadStream
    this.stdout = Object.assign(this.#output, {
      columns,
      rows,
      isTTY: true,
    }) as unknown as NodeJS.WriteStream
  }

  interrupt(): void {
    this.interrupts++
  }

  type(keys: string): void {
    this.#typed.write(keys)
  }

  /** Answers what a program asks, as real terminals do. */
  answerQuestions(): this {
    this.view.onReply(reply => this.type(reply))
    return this
  }

  resize(columns: number, rows: number): void {
    this.view.resize(columns, rows)
    Object.assign(this.#output, { columns, rows })
    this.#output.emit('resize')
  }
}
