import { type ErrorCode, RequestError } from '../../protocol/error-codes.ts'
import type { Role } from '../../protocol/model.ts'
import type { ServerAnswerTo } from '../../protocol/server-messages.ts'
import { Backoff } from './backoff.ts'
import type { PendingRequests } from './pending-requests.ts'

interface Refusal {
  readonly code: ErrorCode
  readonly retryAfterMs?: number | undefined
}

/** A wait for the turn of a newcomer that is worth no word, in milliseconds. */
const UNTOLD_WAIT_MS = 2_000
/** A server that names no wait is not asked more often. */
const LEAST_WAIT_MS = 250

/** How long to wait before saying hello again; undefined if that refusal was for good. */
export const greetingRetryMs = ({ code, retryAfterMs = 0 }: Refusal): number | undefined =>
  code === 'rateLimited' ? Math.max(LEAST_WAIT_MS, retryAfterMs) : undefined

/**
 * Says hello, and again as long as the server lets in no more newcomers from our address
 * (PROTOCOL.md I1). To a server that knows no roles it says the same without one. `onQueueing` is
 * told the time of the next try, but not for a short wait. Rejects with any other refusal, and
 * when the connection is lost.
 */
export async function greetServer(
  requests: PendingRequests,
  hello: { readonly client: string; readonly token?: string; readonly role?: Role },
  onQueueing: (retryAt: number) => void,
): Promise<ServerAnswerTo<'welcome'>> {
  const backoff = new Backoff(Math.random)
  let said = hello
  for (let waitedMs = 0; ; ) {
    try {
      return await requests.ask({ type: 'hello', ...said })
    } catch (error) {
      if (said.role !== undefined && isUnknownRole(error)) {
        const { role: _, ...plain } = said
        said = plain
        continue
      }
      const waitMs = error instanceof RequestError ? greetingRetryMs(error) : undefined
      if (waitMs === undefined) throw error
      waitedMs += waitMs
      if (waitedMs > UNTOLD_WAIT_MS) onQueueing(performance.now() + waitMs)
      await backoff.waitForRetry(requests.connectionLost, waitMs)
    }
  }
}

/** An older server refuses the field, and the connection stays open (PROTOCOL.md F4). */
const isUnknownRole = (error: unknown): boolean =>
  error instanceof RequestError && error.code === 'invalidRequest' && error.field === 'role'
