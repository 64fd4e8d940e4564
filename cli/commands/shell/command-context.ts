import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import type { Texts } from '../../i18n/en.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { withWindowSize } from '../../terminal/window-size.ts'
import { type CommandOptions, commandTexts } from './settings.ts'

/** Everything that a command uses of its process. */
export interface CommandContext {
  readonly stdin: Readable
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Present if standard input and standard output are both a terminal. */
  readonly terminal?: Terminal
  readonly texts: Texts
  /** Aborts when the command should end: on a signal, or when nobody reads its output. */
  readonly stopped: AbortSignal
}

/**
 * The context of this process. Its first SIGINT or SIGTERM, or the loss of standard output, stops
 * the command. A second signal ends the process.
 */
export function processCommandContext(options: CommandOptions): CommandContext {
  const stop = new AbortController()
  // These listeners stay. A library that is alone with a signal would end the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[signal])
      stop.abort()
    })
  }
  process.stdout.on('error', () => stop.abort())
  const { stdin, stdout, stderr, env } = process
  const texts = commandTexts(options, env)
  const interrupt = () => void process.kill(process.pid, 'SIGINT')
  const isTerminal = stdin.isTTY && stdout.isTTY
  const terminal = { stdin, stdout: withWindowSize(stdout, env), env, interrupt, host: process }
  return { stdin, stdout, stderr, env, texts, stopped: stop.signal, ...(isTerminal && { terminal }) }
}
