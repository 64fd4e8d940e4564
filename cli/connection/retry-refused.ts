import { RequestError } from '../../protocol/error-codes.ts'
import { Backoff } from './backoff.ts'

/** Sends a request again after each retryable refusal, for as long as the connection holds. */
export type RetryRefused = <Result>(request: () => Promise<Result>) => Promise<Result>

/** `connectionLost` returns the signal of the connection that is open now. */
export function createRefusalRetry(connectionLost: () => AbortSignal, random: () => number): RetryRefused {
  return async request => {
    const backoff = new Backoff(random)
    for (;;) {
      try {
        return await request()
      } catch (error) {
        if (!(error instanceof RequestError && error.isRetryable)) throw error
        await backoff.waitForRetry(connectionLost(), error.retryAfterMs)
      }
    }
  }
}
