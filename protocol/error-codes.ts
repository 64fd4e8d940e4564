/**
 * Request errors: each answers one request (or one HTTP call) and leaves the connection open (PROTOCOL.md §7).
 * `retryable` says whether the same request can succeed later without the user changing anything.
 */
export const ERROR_CODES = {
  /** A field is missing, wrong, too long or unknown; `field` names it. */
  invalidRequest: { retryable: false, httpStatus: 400 },
  /** No such request type. */
  unknownType: { retryable: false, httpStatus: 404 },
  /** The HTTP call has no valid token. */
  unauthorized: { retryable: false, httpStatus: 401 },
  noSuchRoom: { retryable: false, httpStatus: 404 },
  /** The room has a password and the join had none; costs no attempt. */
  passwordRequired: { retryable: false, httpStatus: 403 },
  /** The wait before the next attempt counts is in `retryAfterMs`. */
  wrongPassword: { retryable: false, httpStatus: 403 },
  roomFull: { retryable: false, httpStatus: 403 },
  /** The asker has no seat in this room. */
  notInRoom: { retryable: false, httpStatus: 403 },
  /** This identity has as many living rooms as it may open. */
  tooManyRooms: { retryable: false, httpStatus: 403 },
  /** This connection sits in as many rooms as it may. */
  tooManySeats: { retryable: false, httpStatus: 403 },
  /** Too many requests; `retryAfterMs` says when the next one is welcome. */
  rateLimited: { retryable: true, httpStatus: 429 },
  noSuchGif: { retryable: false, httpStatus: 404 },
  /** Not a whole GIF, or over a limit; `reason` says which (PROTOCOL.md G3). */
  invalidGif: { retryable: false, httpStatus: 422 },
  gifTooLarge: { retryable: false, httpStatus: 413 },
  /** The room keeps as many bytes of GIFs as it may. */
  roomGifsFull: { retryable: false, httpStatus: 403 },
  /** All rooms together keep as many bytes of GIFs as the server may. */
  serverGifsFull: { retryable: false, httpStatus: 507 },
  /** The store cannot be reached, or the server is going down; nothing was changed that was acked. */
  unavailable: { retryable: true, httpStatus: 503 },
  /** A fault in the server; its log has the cause. */
  internal: { retryable: true, httpStatus: 500 },
} as const satisfies Record<string, { retryable: boolean; httpStatus: number }>

export type ErrorCode = keyof typeof ERROR_CODES

export const ERROR_CODE_NAMES = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]] // keys of a const object

/** A request error as thrown inside the server and inside the client: the wire's `error` without its request id. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode
  /** Milliseconds until a further try makes sense. */
  readonly retryAfterMs: number | undefined
  /** The field of the request at fault, as a dotted path. */
  readonly field: string | undefined
  /** Why a GIF was refused. */
  readonly reason: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    details: {
      retryAfterMs?: number | undefined
      field?: string | undefined
      reason?: string | undefined
    } = {},
  ) {
    super(message)
    this.code = code
    this.retryAfterMs = details.retryAfterMs
    this.field = details.field
    this.reason = details.reason
  }

  get isRetryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }
}
