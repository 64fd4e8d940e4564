import { OWN_MISTAKES, type RequestError } from '../../../protocol/error-codes.ts'
import type { RoomId } from '../../../protocol/model.ts'

/** The screen while a join is in progress, or while it waits for its next try. */
export interface Entering {
  readonly name: 'entering'
  readonly room: RoomId
  readonly title: string
  readonly password?: string | undefined
  /** Set while another server is dialled. `title` is its address then. */
  readonly isElsewhere?: boolean
  /** Time of the next try, in milliseconds since 1970; undefined while a join is in progress. */
  readonly retryAt?: number | undefined
  /** Whether the wait is for wrong passwords that the user gave before. */
  readonly isLocked?: boolean
}

/** Milliseconds until the next try if the server gives no time. */
const RETRY_MS = 1_000

/** The screen after a refusal that allows another try later. */
export const enteringLater = (
  screen: Entering,
  { retryAfterMs, reason }: RequestError,
  now: number,
): Entering => ({
  ...screen,
  retryAt: now + (retryAfterMs ?? RETRY_MS),
  isLocked: reason === OWN_MISTAKES,
})
