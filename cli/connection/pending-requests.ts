import type { ClientMessageInput } from '../../protocol/client-messages.ts'
import { encodeClientMessage } from '../../protocol/codec.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import type { ServerAnswer, ServerAnswerTo } from '../../protocol/server-messages.ts'

/** Milliseconds a server has to answer. */
export const ANSWER_MS = 10_000

/** The reason of an error that stands for an answer which did not come. */
export const SILENT = 'silent'

/**
 * A join with a password may take so many times as long: it waits for the wrong guesses of others
 * (PROTOCOL.md C4).
 */
const GUESS_PATIENCE = 6

/** The type of the answer to each request. */
const ANSWER_TYPES = {
  hello: 'welcome',
  'room.list': 'room.list',
  'room.subscribe': 'room.list',
  'room.unsubscribe': 'room.unsubscribed',
  'room.create': 'room.created',
  'chat.join': 'chat.joined',
  'chat.leave': 'chat.left',
  'chat.send': 'chat.ack',
  'chat.sendGif': 'chat.ack',
  'chat.typing': 'chat.typed',
  'chat.history': 'chat.history',
} as const satisfies Record<ClientMessageInput['type'], ServerAnswer['type']>

type RequestType = keyof typeof ANSWER_TYPES
type AnswerTo<Type extends RequestType> = ServerAnswerTo<(typeof ANSWER_TYPES)[Type]>
/** A request before it has an id. */
type Unnumbered<Type extends RequestType> = Omit<
  Extract<ClientMessageInput, { type: Type }>,
  'id' | 'type'
> & {
  readonly type: Type
}

/**
 * Sends one request. Rejects with `RequestError`: `unavailable` if no answer comes in time or the
 * connection is lost.
 */
export type Ask = <Type extends RequestType>(request: Unnumbered<Type>) => Promise<AnswerTo<Type>>

interface Pending {
  /** False if this kind of answer is none to the request. */
  settle(answer: ServerAnswer): boolean
  fail(error: RequestError): void
}

/** The requests of one connection that wait for an answer. All end with the connection. */
export class PendingRequests {
  readonly #pending = new Map<string, Pending>()
  readonly #loss = new AbortController()
  readonly #send: (frame: string) => void
  readonly #answerMs: number
  #asked = 0

  constructor(send: (frame: string) => void, answerMs: number) {
    this.#send = send
    this.#answerMs = answerMs
  }

  readonly ask = <Type extends RequestType>(request: Unnumbered<Type>): Promise<AnswerTo<Type>> => {
    this.#asked += 1
    const id = this.#asked.toString(36)
    // The compiler can't see it, but a request of one type with an id is a message of that type.
    const frame = encodeClientMessage({ ...request, id } as unknown as ClientMessageInput)
    if (Buffer.byteLength(frame) > LIMITS.clientFrameBytes) {
      return Promise.reject(new RequestError('invalidRequest', 'This is too long to be sent: shorten it.'))
    }
    const { promise, resolve, reject } = Promise.withResolvers<AnswerTo<Type>>()
    const isGuess = request.type === 'chat.join' && 'password' in request && request.password !== undefined
    const answerMs = isGuess ? this.#answerMs * GUESS_PATIENCE : this.#answerMs
    const timer = setTimeout(() => {
      this.#pending.delete(id)
      const why = 'The server did not answer in time; try again.'
      reject(new RequestError('unavailable', why, { reason: SILENT }))
    }, answerMs)
    this.#pending.set(id, {
      settle: answer => {
        clearTimeout(timer)
        if (answer.type === 'error') reject(new RequestError(answer.code, answer.message, answer))
        else if (isAnswerTo(request, answer)) resolve(answer)
        else return false
        return true
      },
      fail: error => {
        clearTimeout(timer)
        reject(error)
      },
    })
    this.#send(frame)
    return promise
  }

  /** Aborted when the connection is lost, with the `RequestError` that its requests end with. */
  get connectionLost(): AbortSignal {
    return this.#loss.signal
  }

  /**
   * Gives an answer to its request: `late` if that no longer waits, `wrong` if no server answers it
   * so. A request that was answered wrongly waits on, for `failPending`.
   */
  settleAnswer(answer: ServerAnswer): 'settled' | 'late' | 'wrong' {
    const pending = this.#pending.get(answer.id)
    if (pending === undefined) return 'late'
    if (!pending.settle(answer)) return 'wrong'
    this.#pending.delete(answer.id)
    return 'settled'
  }

  /** The request `id` was answered with a type of a later version. */
  failUnknownAnswer(id: string): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.fail(
      new RequestError('internal', "The server's answer is of a kind that this client does not know."),
    )
  }

  /** The connection is gone: nothing more will be answered. */
  failPending(error: RequestError): void {
    const ended = [...this.#pending.values()]
    this.#pending.clear()
    for (const pending of ended) pending.fail(error)
    this.#loss.abort(error)
  }
}

/** Whether an answer is of the right kind, and names the room and message that were asked for. */
function isAnswerTo<Type extends RequestType>(
  request: Unnumbered<Type>,
  answer: ServerAnswer,
): answer is AnswerTo<Type> {
  const asked: Readonly<Record<string, unknown>> = request
  const told = Object.entries(answer).filter(([name]) => name === 'room' || name === 'clientMessageId')
  return (
    answer.type === ANSWER_TYPES[request.type] &&
    told.every(([name, value]) => typeof value !== 'string' || value === asked[name])
  )
}
