import { networkInterfaces } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Command, CommanderError } from 'commander'
import { type Config, type ConfigInput, readServerConfig, SETTINGS, ServerConfigError } from './config.ts'
import type { RunningServer, ThreadOptions, ThreadReport } from './thread-report.ts'

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
/** The build puts this file beside the bundle. */
const THREAD_URL = new URL('./server-thread.js', import.meta.url)

/**
 * Runs a server until it is told to stop. Resolves with the exit code: 0 stopped, 1 failed, 2 wrong
 * usage.
 */
export async function serve(args: readonly string[], io: ServeIo): Promise<number> {
  let config: Config
  try {
    config = readServerConfig(parseServeFlags(args, io), io.env)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof ServerConfigError)) throw error
    io.stderr.write(`gifchat serve: ${error.message}\n`)
    return 2
  }
  const logLevel = config.logLevel ?? (io.stderr.isTTY ? 'warn' : 'info')
  const failure = await runServerThread({ config, logLevel }, running => {
    io.stdout.write(`${welcomeLines(running, config).join('\n')}\n`)
  })
  if (failure === undefined) return 0
  io.stderr.write(`gifchat serve: ${failure}\n`)
  return 1
}

/**
 * Resolves when the server has stopped: with undefined if it was told to, or else with the reason.
 */
function runServerThread(
  options: ThreadOptions,
  onListening: (running: RunningServer) => void,
): Promise<string | undefined> {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB }
  const thread = new Worker(THREAD_URL, { workerData: options, resourceLimits, execArgv: [] })
  stopOnSignal(thread)
  return new Promise(resolve => {
    let failure: string | undefined
    thread.on('message', (report: ThreadReport) => {
      if (report.kind === 'failed') failure = report.why
      else onListening(report)
    })
    // An uncaught error, or no more memory. Whoever reports it needs the stack.
    thread.on('error', error => {
      failure = error instanceof Error ? error.stack : String(error)
    })
    thread.on('exit', code => resolve(failure ?? (code === 0 ? undefined : `its thread ended with ${code}`)))
  })
}

/**
 * The first signal asks the server to stop. A second one, or a stop that takes too long, ends the
 * process at once.
 */
function stopOnSignal(thread: Worker): void {
  let isStopping = false
  const onSignal = () => {
    if (isStopping) process.exit(1)
    isStopping = true
    thread.postMessage('stop')
    setTimeout(() => process.exit(1), GO_DOWN_MS).unref()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

function parseServeFlags(args: readonly string[], io: ServeIo): ConfigInput {
  const command = new Command('gifchat serve')
    .description('Runs a gifchat server until it gets SIGINT or SIGTERM.')
    .exitOverride()
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: text => io.stderr.write(text) })
    .addHelpText(
      'after',
      '\nExamples:\n  gifchat serve                              on port 8005, with its data in a local directory\n' +
        '  gifchat serve --port 9000 --data ./rooms   elsewhere\n' +
        '  MONGODB_URI=mongodb://db gifchat serve     with MongoDB\n',
    )
  for (const { flag, env, help } of Object.values(SETTINGS))
    command.option(`--${flag} <value>`, `${help} (${env})`)
  command.parse(args, { from: 'user' })
  return command.opts<ConfigInput>()
}

/** Tells the addresses for this machine and for its networks, as commands to paste. */
function welcomeLines(server: RunningServer, config: Config): readonly string[] {
  const here = `gifchat serves at ${server.url} (${server.storeKind} store). Ctrl-C stops it.`
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
