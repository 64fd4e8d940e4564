import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import type { RoomId } from '../../../protocol/model.ts'
import {
  type DisplayFlags,
  type DisplaySettings,
  readDisplaySettings,
} from '../../app/model/display-settings.ts'
import type { ChatClient, ClientEvent } from '../../connection/client-events.ts'
import { en, type Texts } from '../../i18n/en.ts'
import { localeOf, textsFor } from '../../i18n/pick-texts.ts'
import { DEFAULT_SERVER, parseRoom, parseServer } from '../../identity/server-address.ts'
import { defaultTokenFile, openTokenFile } from '../../identity/token-file.ts'
import { plainText } from '../../terminal/plain-text.ts'
import { EXIT_CODES, type ExitCode, failureOf } from './exit-codes.ts'
import { jsonLine } from './json-line.ts'
import { createKnownClient } from './known-client.ts'

/** What every command takes, as typed: left out, the environment speaks, else the default. */
export interface ConnectionOptions {
  /** `GIFCHAT_SERVER`. */
  readonly server?: string
  /** `GIFCHAT_PASSWORD`. */
  readonly password?: string
  /** `GIFCHAT_TOKEN_FILE`. */
  readonly tokenFile?: string
  readonly json?: boolean
}

/** What every command takes: its connection, and at least of the settings of the screen its language. */
export type CommandOptions = ConnectionOptions & DisplayFlags

/** All that a script command touches of the process. */
export interface CommandContext {
  readonly stdin: Readable
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly texts: Texts
  /** Aborted when the command should end quietly: a signal came, or nobody reads standard output any more. */
  readonly stopped: AbortSignal
}

/** The context of this process; its first SIGINT, SIGTERM or loss of standard output stops the command, a second signal ends the process. */
export function processContext(options: CommandOptions): CommandContext {
  const stop = new AbortController()
  // Listened to until the end: a library that finds itself alone with a signal ends the process on the spot.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[signal])
      stop.abort()
    })
  }
  process.stdout.on('error', error => {
    // A pipe that nobody reads any more, and a terminal that is gone.
    if (!('code' in error) || (error.code !== 'EPIPE' && error.code !== 'EIO')) throw error
    stop.abort()
  })
  const { stdin, stdout, stderr, env } = process
  return { stdin, stdout, stderr, env, texts: textsOf(options, env), stopped: stop.signal }
}

/** The language of a command; JSON is for programs, which know one. A value that is none is refused when the command runs. */
export const textsOf = ({ json, lang }: CommandOptions, env: CommandContext['env']): Texts =>
  json ? en : textsFor(localeOf(env, typeof lang === 'string' ? lang : nonEmpty(env.GIFCHAT_LANG)))

export const passwordOf = (options: ConnectionOptions, env: CommandContext['env']): string | undefined =>
  options.password ?? nonEmpty(env.GIFCHAT_PASSWORD)

/** `ws://host:port`; throws `AddressError`. */
export const serverOf = (options: ConnectionOptions, env: CommandContext['env']): string =>
  parseServer(options.server ?? nonEmpty(env.GIFCHAT_SERVER) ?? DEFAULT_SERVER)

export const tokenFileOf = (options: ConnectionOptions, env: CommandContext['env']): string =>
  options.tokenFile ?? nonEmpty(env.GIFCHAT_TOKEN_FILE) ?? defaultTokenFile()

/** A room by its id or by the line handed on, which names the server too; throws `AddressError`. */
export const roomOf = (
  target: string,
  options: ConnectionOptions,
  env: CommandContext['env'],
): { readonly server: string; readonly room: RoomId } => parseRoom(target, serverOf(options, env))

/**
 * Runs a command's work; a failure becomes one sentence on standard error, or one JSON line, and an exit code. What fails
 * because the command was stopped is no failure.
 */
export async function runCommand(
  options: CommandOptions,
  context: CommandContext,
  work: (display: DisplaySettings) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work(readDisplaySettings(options, context.env))
  } catch (error) {
    if (context.stopped.aborted) return EXIT_CODES.done
    const { exitCode, code, sentence } = failureOf(error, context.texts)
    context.stderr.write(
      options.json ? jsonLine({ error: { code, exitCode, message: sentence } }) : `${sentence}\n`,
    )
    return exitCode
  }
}

/** Tells the person something that is no failure, beside the output. */
export function notice(sentence: string, options: ConnectionOptions, context: CommandContext): void {
  context.stderr.write(options.json ? jsonLine({ notice: sentence }) : `${plainText(sentence)}\n`)
}

/** Connects to a server as who we were there, does `work`, and leaves politely, also when the command is stopped. */
export async function withClient<Result>(
  server: string,
  options: ConnectionOptions & { readonly isFresh?: boolean },
  context: CommandContext,
  work: (client: ChatClient) => Promise<Result>,
): Promise<Result> {
  const { texts } = context
  const tell = (sentence: string) => notice(sentence, options, context)
  const tokenFile = openTokenFile(tokenFileOf(options, context.env), problem =>
    tell(texts.problems.token(problem)),
  )
  const { isFresh = false } = options
  const { client, saved } = await createKnownClient({ server, tokenFile, isFresh })
  client.subscribe(tellerOf(tell, texts))
  const close = () => void client.close()
  try {
    context.stopped.addEventListener('abort', close, { once: true })
    if (!context.stopped.aborted) await client.connect()
    return await work(client)
  } finally {
    context.stopped.removeEventListener('abort', close)
    await client.close()
    await saved()
  }
}

/** Says in words when the connection goes and comes. */
function tellerOf(tell: (sentence: string) => void, { script }: Texts): (event: ClientEvent) => void {
  let isLost = false
  return event => {
    if (event.type === 'serverRestart') tell(script.serverRestart)
    if (event.type === 'identity' && event.identity === 'replaced') tell(script.identityReplaced)
    if (event.type !== 'status') return
    if (event.status.state === 'waiting' && !isLost) {
      isLost = true
      tell(script.connectionLost)
    } else if (event.status.state === 'open' && isLost) {
      isLost = false
      tell(script.connectionBack)
    }
  }
}

const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value)
