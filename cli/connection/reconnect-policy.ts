/** The widest first wait and the widest wait of all, in milliseconds (PROTOCOL.md D10). */
export const RECONNECT = { firstMs: 250, longestMs: 15_000 } as const

/** Milliseconds after which a connection shows a server that serves, however long it was waited for. */
const SERVING_MS = 1_000

/**
 * Milliseconds to wait before the next try, with full jitter so that a crowd does not come back at once.
 * `attempt` counts from 0; a `retryAfterMs` from the server is honoured as it stands, since the server spread it.
 */
export function retryDelay(attempt: number, random: () => number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return Math.max(0, retryAfterMs)
  return Math.floor(random() * Math.min(RECONNECT.longestMs, RECONNECT.firstMs * 2 ** attempt))
}

/**
 * The attempt to count from after a connection that held for `heldMs`: one that held for less than it was waited for, and
 * for less than a second, proves nothing, so that a server which takes and drops connections is not hammered.
 */
export function attemptAfterLoss(attempt: number, heldMs: number, waitedMs: number): number {
  return heldMs >= Math.min(Math.max(waitedMs, RECONNECT.firstMs), SERVING_MS) ? 0 : attempt
}
