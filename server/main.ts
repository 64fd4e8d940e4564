import { networkInterfaces } from 'node:os'
import { Command, CommanderError } from 'commander'
import { pino } from 'pino'
import { type ChatServer, startChatServer } from './chat-server.ts'
import { type Config, ConfigError, type ConfigInput, readConfig, SETTINGS } from './config.ts'

/** Where the process entry reads and writes. */
export interface ServeIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly fd?: number }
}

/** How long a polite end may take before the process ends anyway, in milliseconds. */
const GO_DOWN_MS = 9_000

/** Runs a server until it is told to stop; resolves with the exit code: 0 stopped, 1 could not start, 2 usage. */
export async function serve(args: readonly string[], io: ServeIo): Promise<number> {
  let config: Config
  try {
    config = readConfig(parse(args, io), io.env)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof ConfigError)) throw error
    io.stderr.write(`gifchat serve: ${error.message}\n`)
    return 2
  }
  const level = config.logLevel ?? (io.stderr.isTTY ? 'warn' : 'info')
  const log = pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
  const stop = stopSignal()
  let server: ChatServer
  try {
    server = await startChatServer(config, log, stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return 0
    io.stderr.write(`gifchat serve: ${startProblem(error, config)}\n`)
    return 1
  }
  log.info({ port: server.port, store: server.storeKind }, 'listening')
  io.stdout.write(`${welcomeLines(server, config).join('\n')}\n`)
  await stop.requested
  log.info('going down')
  const tooLong = setTimeout(() => process.exit(1), GO_DOWN_MS)
  await server.close()
  clearTimeout(tooLong)
  log.info('stopped')
  return 0
}

function parse(args: readonly string[], io: ServeIo): ConfigInput {
  const command = new Command('gifchat serve')
    .description('Runs a gifchat server until it gets SIGINT or SIGTERM.')
    .exitOverride()
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: text => io.stderr.write(text) })
    .addHelpText(
      'after',
      '\nExamples:\n  gifchat serve                              on port 8005, everything in one local file\n' +
        '  gifchat serve --port 9000 --data ./rooms   elsewhere\n' +
        '  MONGODB_URI=mongodb://db gifchat serve     with MongoDB\n',
    )
  for (const { flag, env, help } of Object.values(SETTINGS))
    command.option(`--${flag} <value>`, `${help} (${env})`)
  command.parse(args, { from: 'user' })
  return command.opts<ConfigInput>()
}

/** The first signal asks for a polite end; the second ends the process at once. */
function stopSignal(): { readonly signal: AbortSignal; readonly requested: Promise<void> } {
  const controller = new AbortController()
  const requested = new Promise<void>(resolve => {
    const onSignal = () => {
      if (controller.signal.aborted) process.exit(1)
      controller.abort()
      resolve()
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
  return { signal: controller.signal, requested }
}

function startProblem(error: unknown, config: Config): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return `port ${config.port} is in use: stop the program that has it, or choose another with --port`
  }
  if (code === 'EACCES')
    return `port ${config.port} is not allowed for this user: choose one above 1023 with --port`
  if (code === 'EADDRNOTAVAIL')
    return `this machine has no address ${config.host}: choose another with --host`
  return error.message
}

/** What people on this machine and on its networks can paste. */
function welcomeLines(server: ChatServer, config: Config): readonly string[] {
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
