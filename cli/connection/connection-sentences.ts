import { CLOSE_CODES } from '../../protocol/close-codes.ts'
import { UpgradeRefusedError } from './socket.ts'

/** Why the first try did not reach a gifchat server, and what to do. */
export function unreachableSentence(server: string, closeCode: number, error: Error | undefined): string {
  if (isBusy(closeCode, error))
    return `The server at ${server} takes no more connections now; try again in a while.`
  switch (networkCodeOf(error)) {
    case 'ECONNREFUSED':
      return `No server answers at ${server}: start one with "gifchat serve", or name another with --server.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `No machine has the name in ${server}: check its spelling and your network.`
    case undefined:
      if (error === undefined) return `The server at ${server} hung up.`
      return `Something answers at ${server}, but it is not a gifchat server that this client understands.`
    default:
      return `The server at ${server} can't be reached: check the address and your network.`
  }
}

/** Why a connection ended for good. The server's own reason is left out: it is remote text. */
export function closedSentence(code: number): string {
  switch (code) {
    case CLOSE_CODES.normal.code:
      return 'The server said goodbye.'
    case CLOSE_CODES.flood.code:
      return 'The server hung up because too much was sent in too short a time.'
    default:
      return `The server hung up because it does not understand this client (code ${code}); one of the two needs an update.`
  }
}

function isBusy(closeCode: number, error: Error | undefined): boolean {
  if (error instanceof UpgradeRefusedError) return error.status === 503 || error.status === 429
  return closeCode === CLOSE_CODES.tryAgainLater.code || closeCode === CLOSE_CODES.serverRestart.code
}

/** The system's code of a network error; a host with several addresses hides it among the single errors. */
function networkCodeOf(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined
  if ('code' in error && typeof error.code === 'string')
    return error.code.startsWith('WS_ERR') ? undefined : error.code
  return error.message === 'Opening handshake has timed out' ? 'ETIMEDOUT' : undefined
}
