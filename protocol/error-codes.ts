/**
 * Request errors. Each answers one request or one HTTP call, and leaves the connection open
 * (PROTOCOL.md §7). If a code is `retryable`, the same request can succeed later although the user
 * changes nothing.
 */
export const ERROR_CODES = {
  /** A field is missing, wrong, too long or unknown. `field` names it. */
  invalidRequest: { retryable: false, httpStatus: 400 },
  /** There is no such request type. */
  unknownType: { retryable: false, httpStatus: 404 },
  /** The HTTP call has no valid token. */
  unauthorized: { retryable: false, httpStatus: 401 },
  noSuchRoom: { retryable: false, httpStatus: 404 },
  /** The room has a password and the join had none. This does not count as a wrong password. */
  passwordRequired: { retryable: false, httpStatus: 403 },
  /** `retryAfterMs` is the wait before the next guess is taken. */
  wrongPassword: { retryable: false, httpStatus: 403 },
  roomFull: { retryable: false, httpStatus: 403 },
  /** The asker has no seat in this room. */
  notInRoom: { retryable: false, httpStatus: 403 },
  /** The asker is an observer, who only reads (PROTOCOL.md C9). */
  readOnly: { retryable: false, httpStatus: 403 },
  /** This identity has opened as many living rooms as it may. */
  tooManyRooms: { retryable: false, httpStatus: 403 },
  /** This connection has seats in as many rooms as it may. */
  tooManySeats: { retryable: false, httpStatus: 403 },
  /** Too many requests. `retryAfterMs` is the wait before the next one is taken. */
  rateLimited: { retryable: true, httpStatus: 429 },
  noSuchGif: { retryable: false, httpStatus: 404 },
  /** The file is not a whole GIF, or is over a limit. `reason` says which (PROTOCOL.md G3). */
  invalidGif: { retryable: false, httpStatus: 422 },
  gifTooLarge: { retryable: false, httpStatus: 413 },
  /** The room has as many bytes of GIFs as it may. */
  roomGifsFull: { retryable: false, httpStatus: 403 },
  /** All rooms together have as many bytes of GIFs as the server keeps. */
  serverGifsFull: { retryable: false, httpStatus: 507 },
  /** The store can't be reached, or the server is stopping. Nothing that was acked is lost. */
  unavailable: { retryable: true, httpStatus: 503 },
  /** The server has a fault. Its log has the cause. */
  internal: { retryable: true, httpStatus: 500 },
} as const satisfies Record<string, { retryable: boolean; httpStatus: number }>

/** The `reason` of `rateLimited` after wrong passwords of the same person (PROTOCOL.md C4). */
export const OWN_MISTAKES = 'wrongPasswords'
/** The `reason` of an `unavailable` that comes from the store (PROTOCOL.md E1). */
export const CANNOT_STORE = 'cannotStore'

export type ErrorCode = keyof typeof ERROR_CODES

// The keys of a const object, which Object.keys types as strings.
export const ERROR_CODE_NAMES = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]

/**
 * A request error, as server and client throw it. It is the wire's `error` without the request id.
 */
export class RequestError extends Error {
  readonly code: ErrorCode
  /** Milliseconds until a further try makes sense. */
  readonly retryAfterMs: number | undefined
  /** The field at fault, as a dotted path in the request. */
  readonly field: string | undefined
  /**
   * Why a GIF was refused or the server is unavailable, which places of a room are taken, or that
   * wrong passwords were the cause.
   */
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
    // Floods are refused with these. Collecting a stack that nobody reads would take a third of the
    // time that a refusal takes.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = stackTraceLimit
    this.code = code
    this.retryAfterMs = details.retryAfterMs
    this.field = details.field
    this.reason = details.reason
  }

  override get name(): string {
    return 'RequestError'
  }

  get isRetryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }
}
