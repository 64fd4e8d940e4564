/**
 * Why a connection was closed (PROTOCOL.md §8). 1000–1013 are IANA's; 4000–4999 are private use (RFC 6455 §7.4.2).
 * `reconnectable`: the client comes back by itself and resumes; otherwise it stops and tells the user.
 */
export const CLOSE_CODES = {
  /** The client is done. */
  normal: { code: 1000, reconnectable: false },
  goingAway: { code: 1001, reconnectable: true },
  /** A binary frame. */
  binaryFrame: { code: 1003, reconnectable: false },
  /** No close frame came: the network or the peer died. */
  abnormal: { code: 1006, reconnectable: true },
  /** A frame over the size limit. */
  frameTooLarge: { code: 1009, reconnectable: false },
  internalError: { code: 1011, reconnectable: true },
  serverRestart: { code: 1012, reconnectable: true },
  /** The server has as many connections as it takes. */
  tryAgainLater: { code: 1013, reconnectable: true },
  /** Not JSON, not an object, or without a usable `type` and `id`. */
  invalidFrame: { code: 4400, reconnectable: false },
  /** Something other than `hello` came first, or a second `hello`. */
  helloExpected: { code: 4401, reconnectable: false },
  /** No `hello` in time. */
  helloTimeout: { code: 4408, reconnectable: true },
  /** Requests went on far over the rate after `rateLimited` was answered. */
  flood: { code: 4429, reconnectable: false },
  /** The client reads too slowly; it comes back through resume. */
  slowConsumer: { code: 4503, reconnectable: true },
} as const satisfies Record<string, { code: number; reconnectable: boolean }>

export type CloseReason = keyof typeof CLOSE_CODES

const RECONNECTABLE: ReadonlySet<number> = new Set(
  Object.values(CLOSE_CODES)
    .filter(entry => entry.reconnectable)
    .map(entry => entry.code),
)

/** Whether a client should come back by itself after `code`; a code nobody knows counts as a broken network. */
export function isReconnectable(code: number): boolean {
  const isKnown = Object.values(CLOSE_CODES).some(entry => entry.code === code)
  return !isKnown || RECONNECTABLE.has(code)
}
