import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CommanderError } from 'commander'
import { announceBackgroundServer, findBackgroundServers, type ServerUse } from './background-servers.ts'
import { backgroundTextsFor } from './background-texts.ts'
import { type Config, readServerConfig } from './config.ts'
import { logLineOf } from './log-output.ts'
import { serverAddressesOnNetwork } from './own-addresses.ts'
import { parseServeFlags, type ServeFlags, serveUsageProblem } from './serve-flags.ts'
import {
  type StartReport,
  showBackgroundServers,
  startInBackground,
  stopBackgroundServer,
} from './serve-in-background.ts'
import { serveVoice } from './serve-voice.ts'
import { backgroundLogFile } from './settings/state-directory.ts'
import type { RunningServer, ThreadOptions, ThreadReport, ThreadRequest } from './thread-report.ts'
import { type ServeLanguage, serveWordsIn } from './words/pick-serve-words.ts'
import type { ServeWords } from './words/serve-words.en.ts'

/** The environment and the streams of the process. */
interface ServeIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
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
  const voice = serveVoice(io, args.includes('--json'))
  let config: Config
  let flags: ServeFlags
  try {
    flags = parseServeFlags(args, io.stdout, words)
    config = readServerConfig(flags, io.env)
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    return voice.fail({ code: 'usage', exitCode: 2 }, serveUsageProblem(error, words))
  }
  if (flags.status) return showBackgroundServers(texts, voice)
  if (flags.stop)
    return stopBackgroundServer(flags.port === undefined ? undefined : config.port, texts, voice)
  if (flags.detach) {
    const others = args.filter(argument => argument !== '--detach')
    return startInBackground(others, config.port, texts, voice)
  }
  const logLevel = config.logLevel ?? (io.stderr.isTTY ? 'warn' : 'info')
  const logFormat = config.logFormat ?? (io.stderr.isTTY ? 'pretty' : 'json')
  let withdraw = () => {}
  const log = flags.inBackground ? backgroundLogFile(config.port) : undefined
  const options = { config, logLevel, logFormat, language, log }
  const failure = await runServerThread(options, async (running, thread) => {
    const { url, port } = running
    const addresses = () => serverAddressesOnNetwork(config, port)
    const told = { pid: process.pid, url, port, since: Date.now(), endsUnused: false, log }
    const sentences = welcomeLines(running, addresses(), words)
    const facts = [{ ...told, addresses: addresses() }]
    if (!flags.inBackground) {
      // What is piped or kept has the log and nothing else.
      if (flags.json || io.stdout.isTTY)
        voice.tell([`${sentences[0]} ${words.stopHint}`, ...sentences.slice(1)], facts)
      else io.stdout.write(logLineOf('serves', { url, addresses: addresses() }, logFormat))
      return
    }
    const { countUse, stop } = thread
    withdraw = await announceBackgroundServer(told, { countUse, addresses, stop })
    tellStarter({ kind: 'listening', sentences, facts })
  })
  withdraw()
  if (failure === undefined) return 0
  const own = failure.isPortInUse ? await backgroundServerOn(config.port) : undefined
  const why = own === undefined ? failure.why : texts.isThere(config.port, own.pid)
  tellStarter({ kind: 'failed', why })
  return voice.fail({ code: 'failed', exitCode: 1 }, why)
}

/** The server of this user that runs in the background on this port, if there is one. */
const backgroundServerOn = async (port: number) =>
  (await findBackgroundServers()).find(({ server }) => server?.port === port)

/** Tells whoever started this process for the background. */
function tellStarter(report: StartReport): void {
  if (process.connected) process.send?.(report)
}

type Failure = Pick<Extract<ThreadReport, { kind: 'failed' }>, 'why' | 'isPortInUse'>

/**
 * Resolves when the server has stopped: with undefined if it was told to, or else with the reason.
 */
function runServerThread(
  options: ThreadOptions,
  onListening: (running: RunningServer, thread: ServerThread) => void,
): Promise<Failure | undefined> {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB }
  const thread = new Worker(THREAD_URL, { workerData: options, resourceLimits, execArgv: [] })
  const { drainMs, restartWindowMs, redisUrl } = options.config
  // One of several servers sends its people to the others one by one.
  const sendAwayMs = redisUrl === undefined ? 0 : restartWindowMs
  const stop = stopperOf(thread, GO_DOWN_MS + drainMs + sendAwayMs)
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
    let failure: Failure | undefined
    thread.on('message', (report: ThreadReport) => {
      if (report.kind === 'failed') failure = report
      else if (report.kind === 'listening') onListening(report, { countUse, stop })
      else {
        const { connections, rooms } = report
        counting.resolve({ connections, rooms })
        counting = Promise.withResolvers()
      }
    })
    // An uncaught error, or no more memory. Whoever reports it needs the stack.
    thread.on('error', error => {
      failure = { why: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    })
    thread.on('exit', code =>
      resolve(
        failure ?? (code === 0 ? undefined : { why: serveWordsIn(options.language).threadEnded(code) }),
      ),
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

/** What can be asked of a server in a thread. */
interface ServerThread {
  countUse(): Promise<ServerUse>
  stop(): void
}

/** Tells the addresses for this machine and for its networks, as commands to paste. */
function welcomeLines(
  { url, storeKind }: RunningServer,
  addresses: readonly string[],
  words: ServeWords,
): readonly string[] {
  const here = words.serves(url, storeKind)
  if (addresses.length === 0) return [here]
  return [here, words.forOthers, ...addresses.map(address => `  gifchat --server ${inShell(address)}`)]
}

/** zsh takes the brackets of IPv6 for a pattern of files. */
const inShell = (address: string): string => (address.includes('[') ? `"${address}"` : address)
