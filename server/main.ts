import { networkInterfaces } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Command, CommanderError, Option } from 'commander'
import { announceBackgroundServer, type ServerUse } from './background-servers.ts'
import { BACKGROUND_FLAGS, backgroundTextsFor } from './background-texts.ts'
import { type Config, type ConfigInput, readServerConfig, SETTINGS, ServerConfigError } from './config.ts'
import {
  backgroundLogFile,
  type StartReport,
  showBackgroundServers,
  startInBackground,
  stopBackgroundServer,
} from './serve-in-background.ts'
import type { RunningServer, ThreadOptions, ThreadReport, ThreadRequest } from './thread-report.ts'

/** The environment and the streams of the process. */
interface ServeIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly fd?: number }
}

/** How long the server may take to stop before the process ends anyway, in milliseconds. */
const GO_DOWN_MS = 9_000
/**
 * The size of V8's young generation in the server's thread, in MiB. By default V8 takes 100 MiB
 * once thousands of people have come, and never gives them back. It can only be set for a thread.
 * The thread also leaves this one free to hear signals while the server is busy.
 */
const YOUNG_GENERATION_MIB = 12
/** Beside this file, in the bundle and in the source. */
const THREAD_URL = new URL(`./server-thread${extname(import.meta.filename)}`, import.meta.url)

/**
 * Runs a server until it is told to stop. Resolves with the exit code: 0 stopped, 1 failed, 2 wrong
 * usage.
 */
export async function serve(args: readonly string[], io: ServeIo): Promise<number> {
  const texts = backgroundTextsFor(localeIn(io.env))
  let config: Config
  let flags: ServeFlags
  try {
    flags = parseServeFlags(args, io)
    config = readServerConfig(flags, io.env)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof ServerConfigError)) throw error
    io.stderr.write(`gifchat serve: ${error.message}\n`)
    return 2
  }
  if (flags.status) return showBackgroundServers(texts, io)
  if (flags.stop) return stopBackgroundServer(flags.port === undefined ? undefined : config.port, texts, io)
  if (flags.detach) {
    const others = args.filter(argument => argument !== '--detach')
    return startInBackground(others, config.port, texts, io)
  }
  const logLevel = config.logLevel ?? (io.stderr.isTTY ? 'warn' : 'info')
  const logFormat = config.logFormat ?? (io.stderr.isTTY ? 'pretty' : 'json')
  let withdraw = () => {}
  const failure = await runServerThread({ config, logLevel, logFormat }, async (running, thread) => {
    const lines = welcomeLines(running, config)
    if (!flags.inBackground) {
      io.stdout.write(`${[`${lines[0]} Ctrl-C stops it.`, ...lines.slice(1)].join('\n')}\n`)
      return
    }
    const { url, port } = running
    const log = backgroundLogFile(config.port)
    const told = { pid: process.pid, url, port, since: Date.now(), endsUnused: false, log }
    withdraw = await announceBackgroundServer(told, thread)
    tellStarter({ kind: 'listening', lines })
  })
  withdraw()
  if (failure === undefined) return 0
  tellStarter({ kind: 'failed', why: failure })
  io.stderr.write(`gifchat serve: ${failure}\n`)
  return 1
}

/** The locale of whoever reads, as the client takes it (POSIX.1 §8.2). */
function localeIn(env: ServeIo['env']): string | undefined {
  const { GIFCHAT_LANG: chosen, LC_ALL, LC_MESSAGES, LANG } = env
  return [chosen === 'auto' ? '' : chosen, LC_ALL, LC_MESSAGES, LANG].find(Boolean)
}

/** Tells whoever started this process for the background. */
function tellStarter(report: StartReport): void {
  if (process.connected) process.send?.(report)
}

/**
 * Resolves when the server has stopped: with undefined if it was told to, or else with the reason.
 */
function runServerThread(
  options: ThreadOptions,
  onListening: (running: RunningServer, thread: ServerThread) => void,
): Promise<string | undefined> {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB }
  const thread = new Worker(THREAD_URL, { workerData: options, resourceLimits, execArgv: [] })
  const stop = stopperOf(thread)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  let counting = Promise.withResolvers<ServerUse>()
  const countUse = () => {
    thread.postMessage('count' satisfies ThreadRequest)
    return counting.promise
  }
  return new Promise(resolve => {
    let failure: string | undefined
    thread.on('message', (report: ThreadReport) => {
      if (report.kind === 'failed') failure = report.why
      else if (report.kind === 'listening') onListening(report, { countUse, stop })
      else {
        counting.resolve(report)
        counting = Promise.withResolvers()
      }
    })
    // An uncaught error, or no more memory. Whoever reports it needs the stack.
    thread.on('error', error => {
      failure = error instanceof Error ? error.stack : String(error)
    })
    thread.on('exit', code => resolve(failure ?? (code === 0 ? undefined : `its thread ended with ${code}`)))
  })
}

/**
 * The first call, such as for a signal, asks the server to stop. A second one, or a stop that takes
 * too long, ends the process at once.
 */
function stopperOf(thread: Worker): () => void {
  let isStopping = false
  return () => {
    if (isStopping) process.exit(1)
    isStopping = true
    thread.postMessage('stop' satisfies ThreadRequest)
    setTimeout(() => process.exit(1), GO_DOWN_MS).unref()
  }
}

/** The flags that are no settings of a server. */
type ServeFlags = ConfigInput & {
  readonly detach?: boolean
  readonly status?: boolean
  readonly stop?: boolean
  /** Given by `--detach` to the process that it starts. */
  readonly inBackground?: boolean
}

/** What can be asked of a server in a thread. */
interface ServerThread {
  countUse(): Promise<ServerUse>
  stop(): void
}

function parseServeFlags(args: readonly string[], io: ServeIo): ServeFlags {
  const command = new Command('gifchat serve')
    .description('Runs a gifchat server until it gets SIGINT or SIGTERM.')
    .exitOverride()
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: text => io.stderr.write(text) })
    .addHelpText(
      'after',
      '\nExamples:\n  gifchat serve                              on port 8005, with its data in a local directory\n' +
        '  gifchat serve --detach                     the same in the background; --status shows it, --stop ends it\n' +
        '  gifchat serve --port 9000 --data ./rooms   elsewhere\n' +
        '  MONGODB_URI=mongodb://db gifchat serve     with MongoDB\n',
    )
  for (const [flag, help] of Object.entries(BACKGROUND_FLAGS)) command.option(`--${flag}`, help)
  command.addOption(new Option('--in-background').hideHelp())
  for (const { flag, env, help } of Object.values(SETTINGS))
    command.option(`--${flag} <value>`, `${help} (${env})`)
  command.parse(args, { from: 'user' })
  return command.opts<ServeFlags>()
}

/** Tells the addresses for this machine and for its networks, as commands to paste. */
function welcomeLines(server: RunningServer, config: Config): readonly string[] {
  const here = `gifchat serves at ${server.url} (${server.storeKind} store).`
  if (config.host !== undefined && config.host !== '0.0.0.0' && config.host !== '::') return [here]
  const addresses = Object.values(networkInterfaces())
    .flatMap(entries => entries ?? [])
    // A link-local address works only together with the name of an interface over there.
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .filter(({ family }) => family === 'IPv4' || config.host !== '0.0.0.0')
    .sort((one, other) => one.family.localeCompare(other.family))
    .map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address))
  if (addresses.length === 0) return [here]
  return [
    here,
    'People on the same network run:',
    ...addresses.map(address => `  gifchat --server ws://${address}:${server.port}${config.path}`),
  ]
}
