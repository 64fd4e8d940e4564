/**
 * The limits of the random wait, for the first try and for every later one, in milliseconds
 * (PROTOCOL.md D10).
 */
export const RECONNECT = { firstMs: 250, longestMs: 15_000 } as const

/** A connection that held for so many milliseconds always counts as a success. */
const SERVING_MS = 1_000

/**
 * Milliseconds to wait before the next try. Full jitter keeps a crowd from coming back at once.
 * `attempt` counts from 0. A `retryAfterMs` from the server is used as it is, since the server
 * has spread it already.
 */
export function reconnectDelay(attempt: number, random: () => number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return Math.max(0, retryAfterMs)
  return Math.floor(random() * Math.min(RECONNECT.longestMs, RECONNECT.firstMs * 2 ** attempt))
}

/**
 * The attempt to go on counting from, after a connection that held for `heldMs`. A connection
 * counts as a success if it held for as long as the wait before it, or for a second. Else the
 * waits keep growing, so that a server which drops every connection is not hammered.
 */
export function reconnectAttemptAfterLoss(attempt: number, heldMs: number, waitedMs: number): number {
  return heldMs >= Math.min(Math.max(waitedMs, RECONNECT.firstMs), SERVING_MS) ? 0 : attempt
}
