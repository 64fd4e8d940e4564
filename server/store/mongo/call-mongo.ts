import { StoreUnavailableError } from '../../chat/chat-store.ts'
import { storeErrorOfMongoError } from './mongo-error.ts'

/**
 * How long a call may take in all, in milliseconds. This is longer than all timeouts of the driver
 * together. It is needed because the driver can wait for ever: when it writes to a socket that is
 * destroyed but has not said `close` yet, it waits for a `drain` that never comes.
 */
const LONGEST_CALL_MS = 10_000

/** The same for a call that makes few calls of the driver: its timeouts rarely come together. */
const LONGEST_SHORT_CALL_MS = 5_500

/** The same for a call of the driver on the patient connection. */
export const LONGEST_PATIENT_CALL_MS = 67_000

/** A call that failed sooner than this is made once more at once. */
const SOON_MS = 1_000

/**
 * A call took longer than all timeouts of the driver. The driver waits for ever, and the connection
 * will not come back to its pool.
 */
export class MongoSilenceError extends StoreUnavailableError {}

/**
 * Makes a call that does no harm when it is made again. A connection that broke, or a server that
 * has just handed over, is nothing that a person should have to wait for.
 */
export async function callMongoTwice<Result>(
  work: () => Promise<Result>,
  longestMs = LONGEST_SHORT_CALL_MS,
): Promise<Result> {
  const start = performance.now()
  try {
    return await callMongo(work, longestMs)
  } catch (error) {
    if (!(error instanceof StoreUnavailableError) || performance.now() - start > SOON_MS) throw error
    return callMongo(work, longestMs)
  }
}

/** Makes a call on the patient connection. */
export const callMongoPatiently = <Result>(work: () => Promise<Result>): Promise<Result> =>
  callMongo(work, LONGEST_PATIENT_CALL_MS)

export async function callMongo<Result>(
  work: () => Promise<Result>,
  longestMs = LONGEST_CALL_MS,
): Promise<Result> {
  try {
    return await withinMongoTime(work(), longestMs)
  } catch (error) {
    throw error instanceof StoreUnavailableError ? error : storeErrorOfMongoError(error)
  }
}

/** Rejects as `done` does, or with `MongoSilenceError` when that takes too long. */
export async function withinMongoTime<Result>(done: Promise<Result>, longestMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MongoSilenceError('MongoDB did not answer in time')), longestMs)
  })
  try {
    return await Promise.race([done, silence])
  } finally {
    clearTimeout(timer)
  }
}
