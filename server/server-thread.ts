import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type ChatServer, startChatServer } from './chat-server.ts'
import type { Config } from './config.ts'
import { openLog } from './open-log.ts'
import { notifyServiceManager } from './service-manager.ts'
import { DataDirectoryError } from './store/embedded/data-directory-error.ts'
import type { ThreadOptions, ThreadReport, ThreadRequest } from './thread-report.ts'
import { serveWordsIn } from './words/pick-serve-words.ts'

// main.ts starts this thread with them.
const { config, logLevel, logFormat, language, log: logFile } = workerData as ThreadOptions
const log = openLog(logLevel, logFormat, logFile)
const words = serveWordsIn(language)
const report = (said: ThreadReport): void => parentPort?.postMessage(said)

const stop = new AbortController()
const requested = new Promise<void>(resolve => {
  parentPort?.on('message', (request: ThreadRequest) => {
    switch (request) {
      case 'count':
        report({ kind: 'use', ...(server?.countUse() ?? { connections: 0, rooms: 0 }) })
        break
      case 'reload':
        renewCertificate()
        break
      case 'toggleDebug':
        log.level = log.level === 'debug' ? logLevel : 'debug'
        log.warn({ level: log.level }, 'the log has another level')
        break
      case 'stop':
        stop.abort()
        resolve()
        break
      default:
        request satisfies never
    }
  })
})

let server: ChatServer | undefined
server = await startServer()
if (server !== undefined) {
  await Promise.race([requested.then(drain), server.takenOver.then(giveUp)])
  notifyServiceManager(process.env, 'STOPPING=1')
  log.info('going down')
  await server.close()
  log.info('stopped')
}
parentPort?.close()

/** Gives a balancer the time to see that this server goes down. */
async function drain(): Promise<void> {
  if (config.drainMs === 0) return
  log.info({ drainMs: config.drainMs }, 'draining: /readyz says 503')
  server?.drain()
  await sleep(config.drainMs)
}

function renewCertificate(): void {
  try {
    server?.renewCertificate()
    log.info('reloaded')
  } catch (error) {
    log.error({ error }, 'the old certificate stays: the new one has a fault')
  }
}

/** Its members come back to the server that has the rooms now. */
function giveUp(): void {
  log.error('another server has taken the database over, since this one stood still for some seconds')
  report({ kind: 'failed', why: words.takenOver })
}

async function startServer(): Promise<ChatServer | undefined> {
  try {
    const started = await startChatServer(config, log, stop.signal)
    const { url, port, storeKind } = started
    log.info({ url, port, store: storeKind }, 'listening')
    report({ kind: 'listening', url, port, storeKind })
    notifyServiceManager(process.env, 'READY=1')
    return started
  } catch (error) {
    if (!stop.signal.aborted)
      report({ kind: 'failed', why: startProblem(error, config), isPortInUse: isPortInUse(error) })
    return undefined
  }
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

function startProblem(error: unknown, config: Config): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (isPortInUse(error)) return words.portInUse(config.port)
  if (code === 'EACCES') return words.portNotAllowed(config.port)
  if (code === 'EADDRNOTAVAIL') return words.noSuchAddress(config.host ?? '')
  if (error instanceof DataDirectoryError)
    return words.dataDirectory?.(error.problem, error.path, error.code) ?? error.message
  return error.message
}
