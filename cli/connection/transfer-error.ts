import { RequestError } from '../../protocol/error-codes.ts'

export type TransferKind = 'upload' | 'download'

/** What something on the way answered in the server's place. */
export type ForeignAnswer =
  | 'moved'
  | 'loginNeeded'
  | 'proxyLoginNeeded'
  | 'forbidden'
  | 'nothingThere'
  | 'tooLarge'
  | 'refused'
  | 'busy'
  | 'serverAway'
  | 'serverSlow'
  | 'serverFault'

/** Answers after which the same request may succeed later. */
const LATER: ReadonlySet<ForeignAnswer | 'broken'> = new Set([
  'busy',
  'serverAway',
  'serverSlow',
  'serverFault',
  'broken',
])

/** How many tries in a row such an answer may end. */
const MOST_TRIES = 6
/**
 * How many tries in a row a broken network may end. With the waits between them, they take longer
 * than it takes to find out that the connection is dead (PROTOCOL.md L4).
 */
const MOST_BROKEN_TRIES = 14

/**
 * A GIF did not get through, because something on the way answered in the server's place or broke
 * the connection. `status` is the HTTP status of the answer.
 */
export class TransferError extends RequestError {
  readonly kind: TransferKind
  readonly problem: ForeignAnswer | 'broken'
  readonly status: number | undefined

  constructor(kind: TransferKind, status?: number) {
    const said = status === undefined ? 'broke' : `was answered with HTTP ${status}, by no gifchat server`
    const problem = status === undefined ? 'broken' : foreignAnswerOf(status)
    super(LATER.has(problem) ? 'unavailable' : 'internal', `The ${kind} of a GIF ${said}.`)
    this.kind = kind
    this.problem = problem
    this.status = status
  }

  override get isRetryable(): boolean {
    return LATER.has(this.problem)
  }
}

/** What an HTTP status means that did not come from a gifchat server. */
export function foreignAnswerOf(status: number): ForeignAnswer {
  if (status >= 300 && status < 400) return 'moved'
  switch (status) {
    case 401:
      return 'loginNeeded'
    case 403:
      return 'forbidden'
    case 404:
    case 405:
    case 410:
      return 'nothingThere'
    case 407:
      return 'proxyLoginNeeded'
    case 413:
      return 'tooLarge'
    case 408:
    case 425:
    case 429:
    case 503:
      return 'busy'
    case 502:
      return 'serverAway'
    case 504:
      return 'serverSlow'
    default:
      return status >= 500 ? 'serverFault' : 'refused'
  }
}

/** Whether a request that failed, after so many failures in a row, is not worth another try. */
export function isRequestGivenUp(error: RequestError, earlierFailures: number): boolean {
  if (!error.isRetryable) return true
  if (!(error instanceof TransferError)) return false
  return earlierFailures + 1 >= (error.problem === 'broken' ? MOST_BROKEN_TRIES : MOST_TRIES)
}
