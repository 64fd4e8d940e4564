import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { CLOSE_CODES } from '../../protocol/close-codes.ts'
import { SUBPROTOCOL } from '../../protocol/codec.ts'
import { LIMITS } from '../../protocol/limits.ts'
import { urlOfServer } from '../identity/server-address.ts'
import { RECONNECT } from './reconnect-policy.ts'
import type { ServerRoute } from './route/server-route.ts'
import type { Trace } from './trace.ts'

/**
 * Milliseconds without a frame or a ping after which a server counts as dead (PROTOCOL.md L4).
 */
const SILENCE_MS = 45_000

/** Milliseconds that a server has to answer when there is doubt about the connection. */
const PROBE_MS = 5_000

const HANDSHAKE_MS = 10_000
/**
 * How long a server may take to answer our close frame, in milliseconds. What we sent is on its way
 * by then, and a server that does not answer must not keep anybody who wants to leave.
 */
const CLOSE_MS = 250

/** The upgrade to a WebSocket was answered with plain HTTP. */
export class UpgradeRefusedError extends Error {
  override readonly name = 'UpgradeRefusedError'
  readonly status: number | undefined
  /** The header of that name. */
  readonly retryAfter: string | undefined
  constructor({ statusCode: status, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>) {
    super(`the upgrade was answered with HTTP ${status}`)
    this.status = status
    this.retryAfter = headers['retry-after']
  }
}

/**
 * How long to wait before the next try, if a server that refused the upgrade has said so in seconds
 * (PROTOCOL.md D10). It said the same to everybody, so the wait is random.
 */
export function upgradeRetryMs(error: Error | undefined, random: () => number): number | undefined {
  const asked = error instanceof UpgradeRefusedError ? error.retryAfter : undefined
  if (asked === undefined || !/^\d{1,6}$/.test(asked)) return undefined
  return random() * Math.min(Math.max(1, Number(asked)) * 1_000, RECONNECT.longestMs)
}

/** What a socket tells its owner. `onClose` comes exactly once and last. */
interface SocketHandlers {
  onOpen(): void
  onFrame(frame: string): void
  /** `error` is the network's error, if there was one. */
  onClose(code: number, reason: string, error: Error | undefined): void
}

export interface ClientSocket {
  send(frame: string): void
  /** Closes with 1000; the server has a moment to answer. */
  close(): void
  /** Cuts the connection, and reads no more of it. */
  cut(): void
  /** While it reads nothing, it takes no silence for the death of the server. */
  setReading(isReading: boolean): void
  /** Asks the server for a sign of life, and cuts the connection if none comes soon. */
  probe(): void
}

/** Dials a server, `ws://host:port/path`. No other file of the client knows `ws`. */
export function dialServer(
  server: string,
  route: ServerRoute,
  handlers: SocketHandlers,
  trace?: Trace,
): ClientSocket {
  const traced = trace?.dial(server)
  const { href } = urlOfServer(server).url
  const socket = new WebSocket(href.endsWith('/') ? href : `${href}/`, SUBPROTOCOL, {
    agent: route.agent,
    perMessageDeflate: false,
    maxPayload: LIMITS.serverFrameBytes,
    handshakeTimeout: HANDSHAKE_MS,
  })
  let error: Error | undefined
  let closing: NodeJS.Timeout | undefined
  const giveUp = () => {
    error = new Error('the server fell silent')
    socket.terminate()
  }
  let heardAt = performance.now()
  let silence: NodeJS.Timeout | undefined
  let probing: NodeJS.Timeout | undefined
  const heard = () => {
    heardAt = performance.now()
    clearTimeout(probing)
  }
  const watch = () => {
    if (socket.isPaused) heard()
    const rest = heardAt + SILENCE_MS - performance.now()
    if (rest > 0) silence = setTimeout(watch, rest)
    else giveUp()
  }
  watch()

  socket.on('open', () => {
    heard()
    handlers.onOpen()
  })
  socket.on('ping', heard)
  socket.on('pong', heard)
  socket.on('message', (data, isBinary) => {
    heard()
    // The protocol has no binary frames, so one can only come from a newer server.
    if (isBinary) return
    const frame = data.toString()
    traced?.received(frame)
    handlers.onFrame(frame)
  })
  socket.on('unexpected-response', (_request, response) => {
    error = new UpgradeRefusedError(response)
    socket.terminate()
  })
  socket.on('error', cause => {
    error ??= cause
  })
  socket.on('close', (code, reason) => {
    clearTimeout(silence)
    clearTimeout(probing)
    clearTimeout(closing)
    traced?.closed(code, error)
    handlers.onClose(code, reason.toString(), error)
  })

  return {
    send(frame) {
      if (socket.readyState !== WebSocket.OPEN) return
      traced?.sent(frame)
      socket.send(frame)
    },
    close() {
      closing ??= setTimeout(() => socket.terminate(), CLOSE_MS)
      socket.close(CLOSE_CODES.normal.code)
    },
    cut: () => socket.terminate(),
    setReading(isReading) {
      if (isReading === !socket.isPaused) return
      heard()
      if (isReading) socket.resume()
      else socket.pause()
    },
    probe() {
      if (socket.readyState !== WebSocket.OPEN || socket.isPaused) return
      clearTimeout(probing)
      probing = setTimeout(giveUp, PROBE_MS)
      socket.ping()
    },
  }
}
