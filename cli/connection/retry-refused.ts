import { RequestError } from '../../protocol/error-codes.ts'
import { Backoff } from './backoff.ts'
import { isRequestGivenUp } from './transfer-error.ts'

/**
 * Sends a request again after a refusal that is not for good, for as long as the connection holds.
 */
export type RetryRefused = <Result>(request: () => Promise<Result>) => Promise<Result>

/** A server that asks for more patience than this has its answer shown, in milliseconds. */
const PATIENCE_MS = 15_000

/** Whether others only keep the server busy for a moment (PROTOCOL.md L2). */
export const isServerBusyForNow = ({ code, retryAfterMs = 0 }: RequestError): boolean =>
  code === 'rateLimited' && retryAfterMs <= PATIENCE_MS

/**
 * `connectionLost` returns the signal of the connection that is open now. `isWaitedFor` tells the
 * refusals after which a request is sent again from others.
 */
export function createRefusalRetry(
  connectionLost: () => AbortSignal,
  random: () => number,
  isWaitedFor = (error: RequestError): boolean => error.isRetryable,
): RetryRefused {
  return async request => {
    const backoff = new Backoff(random)
    for (;;) {
      try {
        return await request()
      } catch (error) {
        if (
          !(error instanceof RequestError && isWaitedFor(error)) ||
          isRequestGivenUp(error, backoff.failures)
        )
          throw error
        await backoff.waitForRetry(connectionLost(), error.retryAfterMs)
      }
    }
  }
}
