/**
 * Why a connection was closed (PROTOCOL.md §8). Codes 1000 to 1013 are registered at IANA, and 4000
 * to 4999 are for private use (RFC 6455 §7.4.2). If a code is `reconnectable`, the client
 * reconnects by itself and resumes. Otherwise it stops and tells the user.
 */
export const CLOSE_CODES = {
  /** The client is done. */
  normal: { code: 1000, reconnectable: false },
  goingAway: { code: 1001, reconnectable: true },
  /** The client sent a binary frame. */
  binaryFrame: { code: 1003, reconnectable: false },
  /** No close frame came: the network or the other side failed. */
  abnormal: { code: 1006, reconnectable: true },
  /** A frame was over the size limit. */
  frameTooLarge: { code: 1009, reconnectable: false },
  internalError: { code: 1011, reconnectable: true },
  serverRestart: { code: 1012, reconnectable: true },
  /** The server has as many connections as it takes. */
  tryAgainLater: { code: 1013, reconnectable: true },
  /** A frame was not a JSON object with a usable `id`. */
  invalidFrame: { code: 4400, reconnectable: false },
  /** The first message was not `hello`, or a second `hello` came. */
  helloExpected: { code: 4401, reconnectable: false },
  /** No `hello` came in time. */
  helloTimeout: { code: 4408, reconnectable: true },
  /** The server ended for good, and its rooms with it. */
  serverEnded: { code: 4410, reconnectable: false },
  /** The client went on far over its rate although it was answered `rateLimited`. */
  flood: { code: 4429, reconnectable: false },
  /** The client reads too slowly. It comes back with a resume. */
  slowConsumer: { code: 4503, reconnectable: true },
} as const satisfies Record<string, { code: number; reconnectable: boolean }>

export type CloseReason = keyof typeof CLOSE_CODES

const RECONNECTABLE: ReadonlySet<number> = new Set(
  Object.values(CLOSE_CODES)
    .filter(entry => entry.reconnectable)
    .map(entry => entry.code),
)

/**
 * Whether a client should reconnect by itself after `code`. An unknown code counts as a network
 * failure.
 */
export function isReconnectableCloseCode(code: number): boolean {
  const isKnown = Object.values(CLOSE_CODES).some(entry => entry.code === code)
  return !isKnown || RECONNECTABLE.has(code)
}
