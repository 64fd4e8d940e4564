import { CLOSE_CODES, isReconnectableCloseCode } from '../../protocol/close-codes.ts'
import { decodeServerMessage } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import type { Role } from '../../protocol/model.ts'
import type { ServerAnswer, ServerAnswerTo, ServerEvent } from '../../protocol/server-messages.ts'
import { Backoff } from './backoff.ts'
import {
  BrokenServerError,
  type ClosedReason,
  type ConnectionStatus,
  ServerUnreachableError,
} from './client-events.ts'
import { watchClock } from './clock-watch.ts'
import {
  connectionClosedReason,
  isBrokenFraming,
  isFrameTooLong,
  notConnected,
  serverUnreachableReason,
} from './connection-end.ts'
import { greetServer } from './greeting.ts'
import { watchNetwork } from './network-watch.ts'
import { type Ask, PendingRequests } from './pending-requests.ts'
import { certificateProblemOf } from './route/certificate.ts'
import type { ServerRoute } from './route/server-route.ts'
import { type ClientSocket, dialServer, upgradeRetryMs } from './socket.ts'
import type { Trace } from './trace.ts'

interface LinkHandlers {
  onStatus(status: ConnectionStatus): void
  /** The server said welcome, for the first time or again, right after `onStatus` with `open`. */
  onWelcome(welcome: ServerAnswerTo<'welcome'>): void
  onEvent(event: ServerEvent): void
  /** An answer whose request no longer waits. */
  onLateAnswer(answer: ServerAnswer): void
}

/** The two ways in which those who use a connection end it. */
export type ConnectionEnds = Pick<ServerLink, 'endAsBroken' | 'cutAndReconnect'>

interface LinkSettings {
  readonly server: string
  readonly route: ServerRoute
  readonly token: string | undefined
  readonly client: string
  readonly role?: Role | undefined
  readonly random: () => number
  readonly answerMs: number
  readonly trace?: Trace | undefined
}

/**
 * Keeps one connection to a server, and comes back after every loss. Its life:
 *
 * 1. `connecting`: a socket is dialled.
 * 2. The socket is open, and `hello` is sent with the token. The status stays `connecting`, or
 *    becomes `queueing` if the server lets newcomers wait.
 * 3. `open`: the server said welcome. Only now are requests sent.
 * 4. The socket is lost, and every request that waits for an answer fails.
 * 5. `waiting`: after a while, or as soon as the network changes or the machine wakes, back to 1.
 * 6. `closed`: no more tries. We closed, the first try failed, `hello` was refused for good, or
 *    the server closed with a code after which nobody should come back. `connectFirst` begins at 1
 *    again.
 */
export class ServerLink {
  readonly #settings: LinkSettings
  readonly #handlers: LinkHandlers
  #status: ConnectionStatus = { state: 'connecting' }
  #token: string | undefined
  #socket: ClientSocket | undefined
  #requests: PendingRequests | undefined
  readonly #backoff: Backoff
  #stopWatchingNetwork: (() => void) | undefined
  #stopWatchingClock: (() => void) | undefined
  /** Set until `connectFirst` has succeeded or failed. */
  #opening: PromiseWithResolvers<void> | undefined
  #closing: PromiseWithResolvers<void> | undefined
  /** The answer to `hello`, if that was a refusal. */
  #refusal: RequestError | undefined
  /** Set once the server has said on this connection what no gifchat server says. */
  #broken: BrokenServerError | undefined
  /** Set while the server is known to have ended for good. */
  #hasServerEnded = false
  #retryAfterMs: number | undefined
  #openedAt: number | undefined

  constructor(settings: LinkSettings, handlers: LinkHandlers) {
    this.#settings = settings
    this.#handlers = handlers
    this.#token = settings.token
    this.#backoff = new Backoff(settings.random)
  }

  get status(): ConnectionStatus {
    return this.#status
  }

  /** Dials once. Rejects with `ServerUnreachableError`, or with what refused `hello`. */
  connectFirst(): Promise<void> {
    if (this.#status.state === 'open') return Promise.resolve()
    if (this.#opening === undefined) {
      this.#opening = Promise.withResolvers()
      if (this.#status.state === 'waiting') this.reconnectNow()
      else if (this.#socket === undefined) this.#dial()
    }
    return this.#opening.promise
  }

  reconnectNow(): void {
    if (this.#status.state === 'waiting') this.#dial()
  }

  readonly ask: Ask = request => {
    if (this.#status.state !== 'open' || this.#requests === undefined) return Promise.reject(notConnected())
    return this.#requests.ask(request)
  }

  /** Aborts with a `RequestError` when the connection is lost; has done so if none is open. */
  get connectionLost(): AbortSignal {
    if (this.#status.state !== 'open' || this.#requests === undefined)
      return AbortSignal.abort(notConnected())
    return this.#requests.connectionLost
  }

  /**
   * Ends the connection for good because the server broke the protocol. Returns the error that ends
   * all requests.
   */
  endAsBroken(problem: string): BrokenServerError {
    this.#broken ??= new BrokenServerError(this.#settings.server, problem)
    this.#socket?.cut()
    return this.#broken
  }

  /** Cuts the connection and comes back, since more came than there is room for. */
  cutAndReconnect(): void {
    this.#socket?.cut()
  }

  /** While it reads nothing, the server finds a slow consumer (PROTOCOL.md D8). */
  setReading(isReading: boolean): void {
    this.#socket?.setReading(isReading)
  }

  /** Tries no more until `connectFirst`, since the server is known to have ended for good. */
  endWithServer(): void {
    this.#stopWaiting()
    this.#hasServerEnded = true
    if (this.#socket === undefined) this.#end(CLOSE_CODES.serverEnded.code, 'serverEnded')
    else this.#socket.cut()
  }

  /** Resolves when the socket is gone. */
  async closeLink(): Promise<void> {
    this.#stopWaiting()
    if (this.#socket === undefined) {
      if (this.#status.state !== 'closed') this.#end(CLOSE_CODES.normal.code, 'left')
      return
    }
    this.#closing ??= Promise.withResolvers()
    this.#socket.close()
    await this.#closing.promise
  }

  #dial(): void {
    this.#stopWaiting()
    this.#stopWatchingClock ??= watchClock(() =>
      this.#status.state === 'open' ? this.#socket?.probe() : this.reconnectNow(),
    )
    this.#hasServerEnded = false
    this.#broken = undefined
    this.#retryAfterMs = undefined
    this.#setStatus({ state: 'connecting' })
    const { server, route, answerMs, trace } = this.#settings
    const requests = new PendingRequests(frame => socket.send(frame), answerMs)
    const handlers = {
      onOpen: () => void this.#sayHello(requests, socket),
      onFrame: (frame: string) => this.#receiveFrame(requests, frame),
      onClose: (code: number, _reason: string, error: Error | undefined) => this.#handleLoss(code, error),
    }
    const socket = dialServer(server, route, handlers, trace)
    this.#socket = socket
    this.#requests = requests
  }

  async #sayHello(requests: PendingRequests, socket: ClientSocket): Promise<void> {
    try {
      const token = this.#token
      const { client, role } = this.#settings
      const hello = { client, ...(token !== undefined && { token }), ...(role !== undefined && { role }) }
      const welcome = await greetServer(requests, hello, retryAt =>
        this.#setStatus({ state: 'queueing', retryAt }),
      )
      this.#token = welcome.token
      this.#openedAt = performance.now()
      this.#setStatus({ state: 'open' })
      this.#opening?.resolve()
      this.#opening = undefined
      this.#handlers.onWelcome(welcome)
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      // If the connection was lost before an answer came, nothing was refused.
      if (this.#socket !== socket) return
      this.#refusal = error
      this.#retryAfterMs = error.retryAfterMs
      socket.close()
    }
  }

  #receiveFrame(requests: PendingRequests, frame: string): void {
    // Frames that came together with the broken one.
    if (this.#broken !== undefined) return
    const decoded = decodeServerMessage(frame)
    if (decoded.kind === 'broken') {
      this.endAsBroken(decoded.problem)
      return
    }
    if (decoded.kind === 'unreadable') {
      // A server that has welcomed us is one; a later version of it may say more than we can read.
      if (this.#status.state !== 'open') this.endAsBroken('its first words')
      return
    }
    // Frames of a newer protocol are ignored, unless a request waits for them.
    if (decoded.kind === 'unknownType') {
      if (decoded.id !== undefined) requests.failUnknownAnswer(decoded.id)
      return
    }
    const { message } = decoded
    if ('id' in message) {
      const settled = requests.settleAnswer(message)
      if (settled === 'late') this.#handlers.onLateAnswer(message)
      if (settled === 'wrong') this.endAsBroken(`${message.type} answers another request`)
      return
    }
    if (message.type === 'serverRestart') this.#retryAfterMs = message.retryAfterMs
    this.#handlers.onEvent(message)
  }

  #handleLoss(code: number, error: Error | undefined): void {
    this.#socket = undefined
    // Something on the way can damage what a server says that has welcomed us (PROTOCOL.md K1).
    const isDamaged = isBrokenFraming(error) && !isFrameTooLong(error) && this.#opening === undefined
    if (isBrokenFraming(error) && !isDamaged)
      this.#broken ??= new BrokenServerError(this.#settings.server, String(error))
    const broken = this.#broken
    this.#requests?.failPending(
      broken ?? new RequestError('unavailable', 'The connection to the server was lost.'),
    )
    this.#requests = undefined
    const refusal = this.#refusal
    this.#refusal = undefined
    if (this.#closing !== undefined) {
      this.#end(CLOSE_CODES.normal.code, 'left')
    } else if (broken !== undefined) {
      this.#end(code, 'notGifchat', broken)
    } else if (this.#hasServerEnded) {
      this.#end(CLOSE_CODES.serverEnded.code, 'serverEnded')
    } else if (this.#opening !== undefined) {
      const { server, route } = this.#settings
      const failure = new ServerUnreachableError(serverUnreachableReason(code, error, route), server)
      this.#end(code, 'unreachable', refusal ?? failure)
    } else if (isDamaged || (refusal !== undefined ? refusal.isRetryable : isReconnectableCloseCode(code))) {
      this.#waitAndDial(error)
    } else {
      this.#end(code, refusal === undefined ? connectionClosedReason(code) : 'refused')
    }
  }

  #waitAndDial(error: Error | undefined): void {
    if (this.#openedAt !== undefined) this.#backoff.countHeldConnection(performance.now() - this.#openedAt)
    this.#openedAt = undefined
    const askedMs = this.#retryAfterMs ?? upgradeRetryMs(error, this.#settings.random)
    const wait = this.#backoff.retryLater(() => this.#dial(), askedMs)
    this.#stopWatchingNetwork = watchNetwork(() => this.reconnectNow())
    const retryAt = performance.now() + wait
    const attempt = this.#backoff.failures
    const certificate = certificateProblemOf(error)
    this.#setStatus({ state: 'waiting', retryAt, attempt, ...(certificate && { certificate }) })
  }

  #stopWaiting(): void {
    this.#backoff.cancelRetry()
    this.#stopWatchingNetwork?.()
  }

  #end(code: number, reason: ClosedReason, failure: Error = notConnected()): void {
    this.#stopWatchingClock?.()
    this.#stopWatchingClock = undefined
    this.#setStatus({ state: 'closed', code, reason })
    this.#opening?.reject(failure)
    this.#opening = undefined
    this.#closing?.resolve()
    this.#closing = undefined
  }

  #setStatus(status: ConnectionStatus): void {
    this.#status = status
    this.#handlers.onStatus(status)
  }
}
