import type { RequestError } from '../../../protocol/error-codes.ts'
import type { RoomId } from '../../../protocol/model.ts'
import type { Texts } from '../../i18n/en.ts'

/** On the way into a room: the server was asked for a seat, or will be when it takes the question. */
export interface Entering {
  readonly name: 'entering'
  readonly room: RoomId
  readonly title: string
  readonly password?: string | undefined
  /** Milliseconds since 1970 at which the server is asked again; undefined while it is being asked. */
  readonly retryAt?: number | undefined
}

/** Milliseconds until the next try where the server names none. */
const RETRY_MS = 1_000

/** The way into a room whose door opens later. */
export const waiting = (screen: Entering, { retryAfterMs }: RequestError, now: number): Entering => ({
  ...screen,
  retryAt: now + (retryAfterMs ?? RETRY_MS),
})

/** What the status line says meanwhile. */
export const enteringSentence = ({ title, retryAt }: Entering, texts: Texts, now: number): string =>
  retryAt === undefined ? texts.lobby.entering(title) : texts.lobby.enteringLater(title, retryAt - now)
