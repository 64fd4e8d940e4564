import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import type { Texts } from '../../i18n/en.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { type CommandOptions, textsOf } from './settings.ts'

/** All that a command touches of its process. */
export interface CommandContext {
  readonly stdin: Readable
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Present when standard input and output both are a terminal. */
  readonly terminal?: Terminal
  readonly texts: Texts
  /** Aborted when the command should end quietly: on a signal, or when nobody reads its output. */
  readonly stopped: AbortSignal
}

/**
 * The context of this process. Its first SIGINT, SIGTERM or loss of standard output stops the command;
 * a second signal ends the process.
 */
export function processContext(options: CommandOptions): CommandContext {
  const stop = new AbortController()
  // Never taken off again: a library that finds itself alone with a signal ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[signal])
      stop.abort()
    })
  }
  process.stdout.on('error', error => {
    // EPIPE: a pipe that nobody reads any more. EIO: a terminal that is gone.
    if (!('code' in error) || (error.code !== 'EPIPE' && error.code !== 'EIO')) throw error
    stop.abort()
  })
  const { stdin, stdout, stderr, env } = process
  const texts = textsOf(options, env)
  const interrupt = () => void process.kill(process.pid, 'SIGINT')
  const terminal = { stdin, stdout, env, interrupt, host: process }
  const isTerminal = stdin.isTTY && stdout.isTTY
  return { stdin, stdout, stderr, env, texts, stopped: stop.signal, ...(isTerminal && { terminal }) }
}
