import type { ClientMessage, ClientRequest } from '../../protocol/client-messages.ts'
import { decodeClientMessage, requestIdInFrame } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { publicUserOf } from '../identity/user.ts'
import type { ClientLink } from './client-link.ts'
import { dispatchRequest } from './dispatch.ts'
import { RateBucket } from './rate-limit.ts'
import { ReadySession } from './ready-session.ts'
import type { SessionServices } from './session-services.ts'

type State =
  | { readonly kind: 'awaitingHello'; readonly timeout: NodeJS.Timeout }
  | { readonly kind: 'ready'; readonly ready: ReadySession }
  | { readonly kind: 'closed' }

/**
 * A connection counts as a flood when more frames than this were refused, less those that were
 * taken (PROTOCOL.md L2).
 */
const FLOOD_REFUSALS = 200

/**
 * One connected client (PROTOCOL.md §3). A session goes through these phases:
 *
 * 1. `awaitingHello`: only `hello` is taken. A timer closes the connection if it does not come. Who
 *    is told to say it later gets the time for that.
 * 2. `ready`: the client has an identity, and each request goes to its handler.
 * 3. `closed`: the connection is gone. After a clean close the client leaves its rooms. Otherwise
 *    its seats are held for a while.
 */
export class Session {
  readonly #link: ClientLink
  readonly #services: SessionServices
  readonly #requests: RateBucket
  /** Frames refused, less those taken since then. Some are taken even in a steady flood. */
  #refusals = 0
  #state: State

  constructor(link: ClientLink, services: SessionServices) {
    this.#link = link
    this.#services = services
    this.#requests = new RateBucket(services.settings.requestRate, services.now)
    this.#state = this.#awaitHello(services.settings.helloTimeoutMs)
  }

  /** Takes one text frame: limit → decode → dispatch → reply. Never throws. */
  receiveFrame(frame: string): void {
    if (this.#state.kind === 'closed') return
    this.#services.metrics.requests.inc()
    const retryAfterMs = this.#requests.takeToken()
    if (retryAfterMs > 0) {
      this.#refuseUnreadFrame(frame, retryAfterMs)
      return
    }
    this.#refusals = Math.max(0, this.#refusals - 1)
    const decoded = decodeClientMessage(frame)
    if (decoded.kind === 'invalidFrame') {
      this.#link.close('invalidFrame')
      return
    }
    if (decoded.kind === 'invalidRequest') {
      const { id, field, problem, isUnknownType } = decoded
      this.#refuseRequest(
        id,
        isUnknownType
          ? new RequestError('unknownType', 'there is no such request type', { field })
          : new RequestError('invalidRequest', problem, { field }),
      )
      return
    }
    const { message } = decoded
    if (message.type === 'hello') this.#answerHello(message)
    else if (this.#state.kind === 'ready') this.#carryOutRequest(this.#state.ready, message)
    else this.#link.close('helloExpected')
  }

  /** Counts a control frame, which costs the server as much as a request (PROTOCOL.md L2). */
  receiveControlFrame(): void {
    if (
      this.#state.kind !== 'closed' &&
      this.#requests.takeToken() > 0 &&
      ++this.#refusals > FLOOD_REFUSALS
    ) {
      this.#link.close('flood')
    }
  }

  /**
   * The connection is gone. With `isClean`, the client closed it itself and gives up its seats at
   * once.
   */
  connectionClosed(isClean: boolean): void {
    const state = this.#state
    this.#state = { kind: 'closed' }
    if (state.kind === 'awaitingHello') clearTimeout(state.timeout)
    if (state.kind !== 'ready') return
    const { ready } = state
    ready.markClosed()
    this.#services.lobby.unsubscribeFromLobby(this.#link)
    for (const id of ready.rooms.keys()) {
      const room = ready.roomHere(id)
      if (isClean) room?.leave(ready)
      else room?.disconnect(ready)
    }
    ready.rooms.clear()
  }

  /** Refuses a frame that is over the rate. Only its request id is read. */
  #refuseUnreadFrame(frame: string, retryAfterMs: number): void {
    if (++this.#refusals > FLOOD_REFUSALS) {
      this.#link.close('flood')
      return
    }
    const id = requestIdInFrame(frame)
    if (id === undefined) this.#link.close('invalidFrame')
    else
      this.#refuseRequest(
        id,
        new RequestError('rateLimited', 'too many requests: slow down', { retryAfterMs }),
      )
  }

  #answerHello(hello: ClientRequest<'hello'>): void {
    if (this.#state.kind !== 'awaitingHello') {
      this.#link.close('helloExpected')
      return
    }
    clearTimeout(this.#state.timeout)
    const { tokens, identities, settings, now, version } = this.#services
    const known = hello.token === undefined ? undefined : tokens.verify(hello.token)
    const retryAfterMs = known === undefined ? identities.takeToken(this.#link.address) : 0
    if (retryAfterMs > 0) {
      this.#state = this.#awaitHello(retryAfterMs + settings.helloTimeoutMs)
      this.#refuseRequest(
        hello.id,
        new RequestError('rateLimited', 'many newcomers came from your address: say hello again', {
          retryAfterMs,
        }),
      )
      return
    }
    const token = known === undefined || hello.token === undefined ? tokens.issue() : hello.token
    const session = known ?? tokens.verify(token)
    if (session === undefined) throw new Error('a token just issued is not valid')
    const user = publicUserOf(session)
    const ready = new ReadySession(
      { user, role: hello.role ?? 'person' },
      this.#link,
      settings.messageRate,
      now,
    )
    this.#state = { kind: 'ready', ready }
    const identity = known !== undefined ? 'known' : hello.token === undefined ? 'new' : 'replaced'
    const { connectionId: connection, address } = this.#link
    const { client } = hello
    this.#services.log.info({ connection, address, client, user: user.id, identity }, 'somebody came')
    const gifBytes = settings.gifFileBytes
    this.#link.send({ type: 'welcome', id: hello.id, token, user, identity, server: version, gifBytes })
  }

  #awaitHello(timeoutMs: number): State {
    return {
      kind: 'awaitingHello',
      timeout: setTimeout(() => this.#link.close('helloTimeout'), timeoutMs),
    }
  }

  #carryOutRequest(ready: ReadySession, message: Exclude<ClientMessage, { type: 'hello' }>): void {
    try {
      dispatchRequest(ready, message, this.#services)?.catch(error => this.#refuseRequest(message.id, error))
    } catch (error) {
      this.#refuseRequest(message.id, error)
    }
  }

  #refuseRequest(id: string, error: unknown): void {
    if (this.#state.kind === 'closed') return
    const { log, metrics } = this.#services
    const { connectionId: connection, address } = this.#link
    if (!(error instanceof RequestError)) {
      log.error({ connection, error }, 'a request failed in an unforeseen way')
    }
    const { code, message, retryAfterMs, field, reason } =
      error instanceof RequestError
        ? error
        : new RequestError('internal', 'the server made a mistake: try again')
    log.info({ connection, address, code, field, reason }, 'refused a request')
    metrics.refusals.inc({ code })
    this.#link.send({ type: 'error', id, code, message, retryAfterMs, field, reason })
  }
}
