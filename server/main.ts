import { networkInterfaces } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Command, CommanderError, Option } from 'commander'
import { announceBackgroundServer, type ServerUse } from './background-servers.ts'
import { backgroundTextsFor } from './background-texts.ts'
import { type Config, type ConfigInput, readServerConfig, SETTINGS, ServerConfigError } from './config.ts'
import {
  backgroundLogFile,
  type StartReport,
  showBackgroundServers,
  startInBackground,
  stopBackgroundServer,
} from './serve-in-background.ts'
import type { RunningServer, ThreadOptions, ThreadReport, ThreadRequest } from './thread-report.ts'
import { namesInCertificate } from './transport/http-server.ts'
import { type ServeLanguage, serveWordsIn } from './words/pick-serve-words.ts'
import type { ServeWords } from './words/serve-words.en.ts'

/** The environment and the streams of the process. */
interface ServeIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly fd?: number }
  readonly language: ServeLanguage
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
  const { language } = io
  const words = serveWordsIn(language)
  const texts = backgroundTextsFor(language)
  let config: Config
  let flags: ServeFlags
  try {
    flags = parseServeFlags(args, io, words)
    config = readServerConfig(flags, io.env)
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    io.stderr.write(`gifchat serve: ${usageProblem(error, words)}\n`)
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
  const options = { config, logLevel, logFormat, language }
  const failure = await runServerThread(options, async (running, thread) => {
    const lines = welcomeLines(running, config, words)
    if (!flags.inBackground) {
      io.stdout.write(`${[`${lines[0]} ${words.stopHint}`, ...lines.slice(1)].join('\n')}\n`)
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

/** Tells whoever started this process for the background. */
function tellStarter(report: StartReport): void {
  if (process.connected) process.send?.(report)
}

/** Throws what is no mistake of whoever typed. */
function usageProblem(error: unknown, words: ServeWords): string {
  if (error instanceof ServerConfigError) return words.config(error.problem)
  if (!(error instanceof CommanderError)) throw error
  // Commander's sentence quotes the wrong part.
  const [, quoted, last] = /'([^']*)'|: ([^:]*)\.$/.exec(error.message) ?? []
  return `${words.mistakes[error.code]?.(quoted ?? last ?? '') ?? error.message} ${words.hint}`
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
  const stop = stopperOf(thread, GO_DOWN_MS + options.config.drainMs)
  const ask = (request: ThreadRequest) => () => thread.postMessage(request)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // On a terminal it says that the terminal is gone.
  process.on('SIGHUP', process.stdin.isTTY ? stop : ask('reload'))
  // Node.js would open its inspector for whoever is on this machine.
  process.on('SIGUSR1', ask('toggleDebug'))
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
    thread.on('exit', code =>
      resolve(failure ?? (code === 0 ? undefined : serveWordsIn(options.language).threadEnded(code))),
    )
  })
}

/**
 * The first call, such as for a signal, asks the server to stop. A second one, or a stop that takes
 * too long, ends the process at once.
 */
function stopperOf(thread: Worker, patienceMs: number): () => void {
  let isStopping = false
  return () => {
    if (isStopping) process.exit(1)
    isStopping = true
    thread.postMessage('stop' satisfies ThreadRequest)
    setTimeout(() => process.exit(1), patienceMs).unref()
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

function parseServeFlags(args: readonly string[], io: ServeIo, words: ServeWords): ServeFlags {
  const command = new Command('gifchat serve')
    .description(words.about)
    .exitOverride()
    .helpOption('-h, --help', words.helpOption)
    .configureHelp({ styleTitle: title => words.titles[title] ?? title })
    .configureOutput({ writeOut: text => io.stdout.write(text), outputError: () => {} })
    .addHelpText('after', `\n${words.titles.examples}\n${exampleLines(words).join('')}`)
    .addOption(new Option('--in-background').hideHelp())
  for (const [flag, help] of Object.entries(words.background)) command.option(`--${flag}`, help)
  for (const [name, { flag, env, help }] of Object.entries(SETTINGS)) {
    const meaning = words.settings[name as keyof typeof SETTINGS] ?? help // a key of SETTINGS
    command.option(`--${flag} <value>`, `${meaning} (${env})`)
  }
  command.parse(args, { from: 'user' })
  return command.opts<ServeFlags>()
}

function exampleLines({ examples }: ServeWords): readonly string[] {
  const columns = Math.max(...examples.map(([command]) => command.length)) + 3
  return examples.map(([command, about]) => `  ${command.padEnd(columns)}${about}\n`)
}

/** Tells the addresses for this machine and for its networks, as commands to paste. */
function welcomeLines(server: RunningServer, config: Config, words: ServeWords): readonly string[] {
  const here = words.serves(server.url, server.storeKind)
  const scheme = config.tlsCert === undefined ? 'ws' : 'wss'
  const hosts = config.tlsCert === undefined ? networkAddresses(config) : namesInCertificate(config.tlsCert)
  if (hosts.length === 0) return [here]
  return [
    here,
    words.forOthers,
    ...hosts.map(host => `  gifchat --server ${scheme}://${host}:${server.port}${config.path}`),
  ]
}

/** Where others find this machine, if the server listens there. */
function networkAddresses({ host }: Config): readonly string[] {
  if (host !== undefined && host !== '0.0.0.0' && host !== '::') return []
  return (
    Object.values(networkInterfaces())
      .flatMap(entries => entries ?? [])
      // A link-local address works only together with the name of an interface over there.
      .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
      .filter(({ family }) => family === 'IPv4' || host !== '0.0.0.0')
      .sort((one, other) => one.family.localeCompare(other.family))
      .map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address))
  )
}
