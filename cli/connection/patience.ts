import { RequestError } from '../../protocol/error-codes.ts'
import { retryDelay } from './reconnect-policy.ts'

/** Tries something again for as long as the server asks to come later and the connection holds. */
export type Patiently = <Result>(attemptOnce: () => Promise<Result>) => Promise<Result>

/** `pause` waits so many milliseconds and rejects when the connection is lost before. */
export function createPatience(pause: (ms: number) => Promise<void>, random: () => number): Patiently {
  return async attemptOnce => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await attemptOnce()
      } catch (error) {
        if (!(error instanceof RequestError && error.isRetryable)) throw error
        await pause(retryDelay(attempt, random, error.retryAfterMs))
      }
    }
  }
}
