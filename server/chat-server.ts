import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from '../protocol/error-codes.ts'
import { type ChatStore, StoreUnavailableError } from './chat/chat-store.ts'
import { unavailableIfStoreFailed } from './chat/unavailable.ts'
import type { Config } from './config.ts'
import { createTokens } from './identity/tokens.ts'
import { NO_METRICS, type ServerMetrics } from './metrics/server-metrics.ts'
import { createMetrics, openMetrics } from './open-metrics.ts'
import { type OpenRooms, openRooms } from './open-rooms.ts'
import { PacedLog } from './paced-log.ts'
import { inheritedSocket } from './service-manager.ts'
import { AnswerBudget } from './session/answer-budget.ts'
import { KeyedRateBuckets, type Rate } from './session/rate-limit.ts'
import type { SessionLog, SessionServices } from './session/session-services.ts'
import { stopServer } from './stop-server.ts'
import { ConnectionIds } from './transport/connection-ids.ts'
import { GifRoutes } from './transport/gif-routes.ts'
import { createHttpRoutes } from './transport/http-routes.ts'
import {
  createHttpServer,
  listenOnPort,
  readTlsFiles,
  renewCertificate,
  type TlsKeyPair,
} from './transport/http-server.ts'
import { descriptorLimit, limitSockets, socketLimits } from './transport/open-sockets.ts'
import { refuseHttpUntilReady } from './transport/starting-gate.ts'
import { createProxyWarning } from './transport/untrusted-proxy.ts'
import { WebSocketListener } from './transport/websocket-listener.ts'
import { VERSION } from './version.ts'

/** A running server. */
export interface ChatServer {
  /** The address for clients on this machine, such as `ws://127.0.0.1:8005`. */
  readonly url: string
  readonly port: number
  /** Which store keeps its rooms. */
  readonly storeKind: ChatStore['kind']
  /** Resolves when another server has taken the data over. This one can only be closed then. */
  readonly takenOver: Promise<void>
  /** How many clients are connected, and how many rooms are open. */
  countUse(): { readonly connections: number; readonly rooms: number }
  /** Takes clients at another address of this machine too, on the same port. */
  listenAt(host: string): Promise<void>
  /** Reads the certificate's files again. Throws `TlsFilesError`, and the old one stays then. */
  renewCertificate(): void
  /** From now on `/readyz` says 503, so that a balancer sends nobody new. Nothing else changes. */
  drain(): void
  /**
   * Stops as PROTOCOL.md D9 says. Rooms stay stored for the next start, except those that were in
   * memory alone.
   */
  close(): Promise<void>
}

export type ServerLog = SessionLog

/** How the server calls itself. */
const SERVER_NAME = `gifchat/${VERSION}`
/** For how many addresses limits are remembered. The least recently used are forgotten. */
const LIMITED_ADDRESSES = 50_000
/** How long a start waits before it asks the store again, in milliseconds. */
const STORE_RETRY_MS = 500

/**
 * Starts a server. Rejects when its store can't be opened or its port can't be had. It goes through
 * these phases:
 *
 * 1. The port is taken. Until phase 4, everybody who comes is answered 503; only `GET /healthz` is
 *    answered 200.
 * 2. The store is opened. This waits for a database that does not answer, and for another server
 *    that uses the data.
 * 3. The secret is loaded, and the rooms of an earlier run are opened. If the store does not
 *    answer, the server tries again.
 * 4. Connections and HTTP requests are taken.
 * 5. `close`: one of several servers hands its rooms over to the others, and sends its people there
 *    one by one. Nobody new is taken, every client is told when to come back, and posts in progress
 *    are stored.
 * 6. The connections, the rooms and the lobby are closed. HTTP requests in progress get a moment to
 *    finish.
 * 7. The store is closed.
 */
export async function startChatServer(
  config: Config,
  everyLine: ServerLog,
  signal?: AbortSignal,
): Promise<ChatServer> {
  const log = new PacedLog(everyLine, () => performance.now())
  let tls = readTlsFiles(config)
  const http = createBoundedServer(config, tls)
  let rooms: OpenRooms | undefined
  try {
    // The port comes first: if another server has it, its data must not be touched.
    const openUp = refuseHttpUntilReady(http, config.path, SERVER_NAME)
    const fd = inheritedSocket(process.env, process.pid)
    const port = await listenOnPort(http, fd === undefined ? config : { fd })
    const { promise: takenOver, resolve: onTakenOver } = Promise.withResolvers<void>()
    const counted = await createMetrics(config)
    const opened = await openRooms({ config, log, signal, onTakenOver, metrics: counted })
    rooms = opened
    const services = await untilStoreAnswers(
      () => createServices(config, log, opened, counted ?? NO_METRICS),
      log,
      signal,
    )
    await untilStoreAnswers(() => opened.reopenRooms(), log, signal)
    openUp()
    const ids = new ConnectionIds()
    const listener = new WebSocketListener(services, config, ids)
    const uploads = new KeyedRateBuckets(
      ratePerMinute(config.uploadsPerMinute),
      LIMITED_ADDRESSES,
      services.now,
    )
    const now = () => performance.now()
    const gifs = new GifRoutes({ ...services, uploads, settings: config, ids, now })
    let isDraining = false
    const checkReady = async () => {
      if (isDraining) throw new RequestError('unavailable', 'the server is going down')
      await opened.store.ping().catch((error: unknown) => {
        throw unavailableIfStoreFailed(error)
      })
    }
    const { metrics } = services
    const routes = createHttpRoutes({ ...config, gifs, checkReady, log, metrics, ids, version: SERVER_NAME })
    const ports: Server[] = []
    const warnOfProxy = createProxyWarning(config.trustedProxies, log)
    const takeClients = (from: Server) => {
      listener.takeUpgrades(from)
      from.on('request', routes)
      warnOfProxy(from)
      ports.push(from)
    }
    takeClients(http)
    const metricsPort = await openMetrics(config, counted, { rooms: opened, listener })
    return {
      url: `${tls === undefined ? 'ws' : 'wss'}://${reachableHost(config.host)}:${port}${config.path}`,
      port,
      storeKind: opened.store.kind,
      takenOver,
      countUse: () => ({ connections: listener.connections.size, rooms: opened.registry.ownRooms.size }),
      async listenAt(host) {
        const another = createBoundedServer(config, tls)
        await listenOnPort(another, { host, port })
        takeClients(another)
      },
      renewCertificate() {
        const renewed = readTlsFiles(config)
        if (renewed === undefined) return
        tls = renewed
        for (const from of ports) renewCertificate(from, renewed)
      },
      drain() {
        isDraining = true
      },
      async close() {
        isDraining = true
        metricsPort?.close()
        metricsPort?.closeAllConnections()
        await stopServer({ ports, listener, rooms: opened, windowMs: config.restartWindowMs })
        log.tellLeftOut()
      },
    }
  } catch (error) {
    http.close()
    http.closeAllConnections()
    await rooms?.closeRooms()
    await rooms?.store.close()
    throw error
  }
}

/**
 * Does `work`, again and again while the store is unavailable. Rejects with any other error, and
 * with the signal's reason.
 */
async function untilStoreAnswers<Result>(
  work: () => Promise<Result>,
  log: ServerLog,
  signal: AbortSignal | undefined,
): Promise<Result> {
  let hasFailed = false
  for (;;) {
    signal?.throwIfAborted()
    try {
      const result = await work()
      if (hasFailed) log.info({}, 'the store answers')
      return result
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      if (!hasFailed)
        log.warn({ reason: error.message }, 'the store does not answer: trying again until it does')
      hasFailed = true
      await sleep(STORE_RETRY_MS, undefined, { signal })
    }
  }
}

/** The host by which a client on this machine reaches a server that listens on `host`. */
function reachableHost(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

async function createServices(
  config: Config,
  log: ServerLog,
  { store, lobby, directory }: OpenRooms,
  metrics: ServerMetrics,
): Promise<SessionServices> {
  const now = () => performance.now()
  const secret = config.secret ?? (await store.loadSecret(randomBytes(32).toString('base64url')))
  return {
    lobby,
    rooms: directory,
    tokens: createTokens(secret),
    creations: new KeyedRateBuckets(ratePerMinute(config.creationsPerMinute), LIMITED_ADDRESSES, now),
    identities: new KeyedRateBuckets(ratePerMinute(config.identitiesPerMinute, 5), LIMITED_ADDRESSES, now),
    joins: new KeyedRateBuckets(ratePerSecond(config.joinsPerSecond, 20), LIMITED_ADDRESSES, now),
    messages: new KeyedRateBuckets(
      ratePerSecond(config.messagesPerSecondPerAddress, 2),
      LIMITED_ADDRESSES,
      now,
    ),
    answers: new AnswerBudget(
      {
        address: ratePerSecond(config.answerBytesPerSecondPerAddress, 8),
        server: ratePerSecond(config.answerBytesPerSecond, 2),
      },
      LIMITED_ADDRESSES,
      now,
    ),
    settings: {
      requestRate: ratePerSecond(config.requestsPerSecond, 2),
      messageRate: ratePerSecond(config.messagesPerSecond, 2),
      helloTimeoutMs: config.helloTimeoutMs,
      gifFileBytes: config.gifFileBytes,
    },
    version: SERVER_NAME,
    log,
    metrics,
    now,
  }
}

const ratePerSecond = (perSecond: number, factor: number): Rate => ({
  perSecond,
  burst: Math.max(1, perSecond * factor),
})
const ratePerMinute = (count: number, factor = 1): Rate => ({
  perSecond: count / 60,
  burst: Math.max(1, count * factor),
})

/** Bounded in its sockets and in the time that a request may take. */
function createBoundedServer(config: Config, tls: TlsKeyPair | undefined): Server {
  const http = createHttpServer(tls)
  limitSockets(http, socketLimits(config, descriptorLimit()), config.trustedProxies)
  return http
}
