import { CLOSE_CODES } from '../../protocol/close-codes.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import type { ClosedReason, UnreachableReason } from './client-events.ts'
import { certificateProblemOf } from './route/certificate.ts'
import type { ServerRoute } from './route/server-route.ts'
import { UpgradeRefusedError } from './socket.ts'
import { foreignAnswerOf } from './transfer-error.ts'

/** The error of a request while no connection is open. */
export const notConnected = (): RequestError =>
  new RequestError('unavailable', 'There is no connection to the server now; try again in a moment.')

/** Why the first try did not reach a gifchat server. */
export function serverUnreachableReason(
  closeCode: number,
  error: Error | undefined,
  { proxy }: Pick<ServerRoute, 'proxy'>,
): UnreachableReason {
  if (error instanceof UpgradeRefusedError) return refusedUpgradeReason(error)
  if (closeCode === CLOSE_CODES.tryAgainLater.code || closeCode === CLOSE_CODES.serverRestart.code)
    return 'busy'
  const problem = certificateProblemOf(error)
  if (problem !== undefined) return problem
  if (proxy !== undefined && error !== undefined && !isBrokenFraming(error)) return 'noProxy'
  switch (networkCodeOf(error)) {
    case 'ECONNREFUSED':
      return 'noAnswer'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'noSuchHost'
    case 'ETIMEDOUT':
      return 'silent'
    case undefined:
      return error === undefined ? 'hungUp' : 'notGifchat'
    default:
      return 'noWay'
  }
}

/**
 * Why a connection ended for good. The server's own text is not used, since it is remote text.
 */
export function connectionClosedReason(code: number): ClosedReason {
  switch (code) {
    case CLOSE_CODES.normal.code:
      return 'goodbye'
    case CLOSE_CODES.serverEnded.code:
      return 'serverEnded'
    case CLOSE_CODES.flood.code:
      return 'flood'
    default:
      return 'misunderstood'
  }
}

function refusedUpgradeReason({ status }: UpgradeRefusedError): UnreachableReason {
  const answer = status === undefined ? 'refused' : foreignAnswerOf(status)
  return answer === 'refused' || answer === 'tooLarge' ? 'notGifchat' : answer
}

/** Whether the frames themselves were wrong: not WebSocket, or damaged on their way. */
export const isBrokenFraming = (error: Error | undefined): boolean =>
  error !== undefined && 'code' in error && String(error.code).startsWith('WS_ERR')

/** Whether a frame was longer than any that a server sends (PROTOCOL.md L1). */
export const isFrameTooLong = (error: Error | undefined): boolean =>
  error !== undefined && 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'

/** The system's code of a network error; undefined for errors of the WebSocket protocol. */
function networkCodeOf(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined
  if ('code' in error && typeof error.code === 'string')
    return error.code.startsWith('WS_ERR') ? undefined : error.code
  return error.message === 'Opening handshake has timed out' ? 'ETIMEDOUT' : undefined
}
