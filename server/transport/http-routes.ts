import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { ERROR_CODES, RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { HttpError } from '../../protocol/server-messages.ts'
import type { ServerMetrics } from '../metrics/server-metrics.ts'
import type { SessionLog } from '../session/session-services.ts'
import type { ConnectionIds } from './connection-ids.ts'
import type { GifRoutes } from './gif-routes.ts'
import { sendJsonResponse } from './json-response.ts'
import { remoteAddressOf } from './remote-address.ts'

/** Answers all HTTP requests that are not WebSocket upgrades (PROTOCOL.md §10). */
export function createHttpRoutes(options: {
  readonly gifs: GifRoutes
  /** The path under which everything is, such as `/chat`; empty for none. */
  readonly path: string
  /** Resolves when the store answers, and rejects otherwise. */
  readonly checkReady: () => Promise<void>
  readonly log: SessionLog
  readonly metrics: ServerMetrics
  readonly ids: ConnectionIds
  readonly trustedProxies: number
  /** As in `welcome`. */
  readonly version: string
}): (request: IncomingMessage, response: ServerResponse) => void {
  const answering = new WeakSet<Socket>()
  return (request, response) => {
    const { socket } = request
    // No browser and no proxy asks again before it has its answer. Answers to thousands of requests
    // that wait would fill the memory.
    if (answering.has(socket)) socket.destroy()
    if (socket.destroyed) return
    answering.add(socket)
    response.once('close', () => answering.delete(socket))
    if (hasBody(request) && !isUpload(request, options.path)) response.setHeader('Connection', 'close')
    routeRequest(request, response, options).catch(error => answerRefusal(request, response, error, options))
  }
}

/** How long the rest of a refused upload is read, in milliseconds, and how many bytes of it. */
const REFUSED_UPLOAD_MS = 5_000
const REFUSED_UPLOAD_BYTES = 2 * LIMITS.gifBytes
const GIFS_PATH = /^\/rooms\/([^/]{1,32})\/gifs$/
const GIF_PATH = /^\/rooms\/([^/]{1,32})\/gifs\/([\w-]{22})$/

async function routeRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: Parameters<typeof createHttpRoutes>[0],
): Promise<void> {
  const path = pathUnder(options.path, request.url)
  const [, uploadRoom] = GIFS_PATH.exec(path) ?? []
  if (uploadRoom !== undefined && request.method === 'POST')
    return options.gifs.uploadGif(request, response, uploadRoom)
  const [, room, gif] = GIF_PATH.exec(path) ?? []
  if (room !== undefined && gif !== undefined && request.method === 'GET') {
    return options.gifs.downloadGif(request, response, room, gif)
  }
  const isProbe = request.method === 'GET' || request.method === 'HEAD'
  // Who asks at the root is beside the proxy and does not know the path.
  const probed = isProbe ? [path, pathUnder('', request.url)] : []
  if (probed.includes('/healthz'))
    return sendJsonResponse(response, 200, { status: 'alive', version: options.version })
  if (probed.includes('/readyz')) {
    await options.checkReady()
    return sendJsonResponse(response, 200, { status: 'ready' })
  }
  sendJsonResponse(response, 404, {
    code: 'unknownType',
    message: `there is nothing here: gifchat speaks WebSocket at ${options.path}/`,
  })
}

function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { path, log, metrics, ids, trustedProxies }: Parameters<typeof createHttpRoutes>[0],
): void {
  // Whoever was cut off, or has hung up, gets no answer.
  if (response.destroyed || request.socket.destroyed) return
  const connection = ids.idOf(request.socket)
  if (!(error instanceof RequestError)) {
    log.error({ connection, error }, 'an HTTP call failed in an unforeseen way')
  }
  const { code, message, retryAfterMs, field, reason } =
    error instanceof RequestError
      ? error
      : new RequestError('internal', 'the server made a mistake: try again')
  const address = remoteAddressOf(request, trustedProxies)
  log.info({ connection, address, code, reason }, 'refused an HTTP call')
  metrics.refusals.inc({ code })
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body: HttpError = { code, message, retryAfterMs, field, reason }
  const retryAfter = retryAfterMs === undefined ? {} : { 'Retry-After': Math.ceil(retryAfterMs / 1_000) }
  sendJsonResponse(response, ERROR_CODES[code].httpStatus, body, retryAfter)
  if (!request.complete && isUpload(request, path)) readRest(request)
}

/**
 * Reads on after an upload was refused, and throws away what comes. Cut off at once, the sender
 * would often lose the answer; but who goes on for ever is cut off.
 */
function readRest(request: IncomingMessage): void {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > REFUSED_UPLOAD_BYTES) request.destroy()
  })
  const cut = setTimeout(() => request.destroy(), REFUSED_UPLOAD_MS)
  request.on('close', () => clearTimeout(cut))
}

const isUpload = ({ method, url }: IncomingMessage, path: string): boolean =>
  method === 'POST' && GIFS_PATH.test(pathUnder(path, url))

/** Whether bytes follow the headers. Unread ones end the connection when it has been answered. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** What follows the server's own path; empty if the request is not under it. */
function pathUnder(base: string, url = ''): string {
  const [path = ''] = url.split('?')
  return path.startsWith(`${base}/`) ? path.slice(base.length) : ''
}
