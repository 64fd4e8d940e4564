import { networkInterfaces } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Command, CommanderError } from 'commander'
import { type Config, ConfigError, type ConfigInput, readConfig, SETTINGS } from './config.ts'
import type { RunningServer, ThreadOptions, ThreadReport } from './thread-report.ts'

/** Where the process entry reads and writes. */
interface ServeIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly fd?: number }
}

/** How long a polite end may take before the process ends anyway, in milliseconds. */
const GO_DOWN_MS = 9_000
/**
 * The server's young generation of memory, in MiB: left to itself V8 takes 100 once thousands of people have come, and
 * gives nothing back. Only a thread's can be set; that signals are heard whatever the server is doing comes with it.
 */
const YOUNG_GENERATION_MIB = 12
/** Stands beside the bundle. */
const THREAD_URL = new URL('./server-thread.js', import.meta.url)

/** Runs a server until it is told to stop; resolves with the exit code: 0 stopped, 1 could not start or go on, 2 usage. */
export async function serve(args: readonly string[], io: ServeIo): Promise<number> {
  let config: Config
  try {
    config = readConfig(parseServeFlags(args, io), io.env)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof ConfigError)) throw error
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

/** Resolves when the server has stopped: with nothing when it was told to, else with what is to be said of it. */
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
    // What nobody caught, or no more memory: whoever reports it needs the stack.
    thread.on('error', error => {
      failure = error instanceof Error ? error.stack : String(error)
    })
    thread.on('exit', code => resolve(failure ?? (code === 0 ? undefined : `its thread ended with ${code}`)))
  })
}

/** The first signal asks for a polite end; the second ends the process at once, as does an end that takes too long. */
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

/** What people on this machine and on its networks can paste. */
function welcomeLines(server: RunningServer, config: Config): readonly string[] {
  const here = `gifchat serves at ${server.url} (${server.storeKind} store). Ctrl-C stops it.`
  if (config.host !== undefined && config.host !== '0.0.0.0' && config.host !== '::') return [here]
  const addresses = Object.values(networkInterfaces())
    .flatMap(entries => entries ?? [])
    .filter(entry => !entry.internal && entry.family === 'IPv4')
    .map(entry => entry.address)
  if (addresses.length === 0) return [here]
  return [
    here,
    'People on the same network run:',
    ...addresses.map(address => `  gifchat --server ws://${address}:${server.port}`),
  ]
}
