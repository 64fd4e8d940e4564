/**
 * The limits of the random wait, in milliseconds: for the first try, for those of the first half
 * minute or so, and for every later one (PROTOCOL.md D10).
 */
export const RECONNECT = { firstMs: 250, soonMs: 4_000, longestMs: 15_000 } as const

/** Of so many tries none waits longer than `soonMs`. Most servers are back by then. */
const TRIED_SOON = 16

/** A connection that held for so many milliseconds always counts as a success. */
const SERVING_MS = 1_000

/**
 * Milliseconds to wait before the next try. Full jitter keeps a crowd from coming back at once.
 * `attempt` counts from 0. A `retryAfterMs` from the server is used as it is, since the server
 * has spread it already.
 */
export function reconnectDelay(attempt: number, random: () => number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return Math.max(0, retryAfterMs)
  const widest = attempt < TRIED_SOON ? RECONNECT.soonMs : RECONNECT.longestMs
  return Math.floor(random() * Math.min(widest, RECONNECT.firstMs * 2 ** attempt))
}

/**
 * The attempt to go on counting from, after a connection that held for `heldMs`. A connection
 * counts as a success if it held for as long as the wait before it, or for a second. Else the
 * waits keep growing, so that a server which drops every connection is not hammered.
 */
export function reconnectAttemptAfterLoss(attempt: number, heldMs: number, waitedMs: number): number {
  return heldMs >= Math.min(Math.max(waitedMs, RECONNECT.firstMs), SERVING_MS) ? 0 : attempt
}
