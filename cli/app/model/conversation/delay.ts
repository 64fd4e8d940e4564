import { CANNOT_STORE } from '../../../../protocol/error-codes.ts'
import type { ConnectionStatus, OutgoingMessage } from '../../../connection/client-events.ts'

/** Why the unsent messages of a room wait. */
export type Delay = 'slow' | 'connection' | 'cannotStore' | 'tooFast' | 'unavailable'

/** A message that is not sent for so long is delayed, in milliseconds. */
const DELAYED_MS = 1_000

/** Whether a message is not sent although there was time for it. */
export const isDelayedMessage = ({ queuedAt }: OutgoingMessage, now: number): boolean =>
  now - queuedAt >= DELAYED_MS

/** Undefined while nothing waits, or not for long enough to be worth a word. */
export function delayOfOutgoing(
  outgoing: readonly OutgoingMessage[],
  connection: ConnectionStatus,
  now: number,
): Delay | undefined {
  const waiting = outgoing.filter(({ state }) => state === 'sending')
  const [first] = waiting
  if (first === undefined || !isDelayedMessage(first, now)) return undefined
  if (connection.state !== 'open') return 'connection'
  const refusal = waiting.find(message => message.refusal !== undefined)?.refusal
  if (refusal === undefined) return 'slow'
  if (refusal.code === 'rateLimited') return 'tooFast'
  return refusal.reason === CANNOT_STORE ? 'cannotStore' : 'unavailable'
}

/** Milliseconds until an unsent message is delayed; undefined if none will be. */
export function msUntilDelay(outgoing: readonly OutgoingMessage[], now: number): number | undefined {
  const first = outgoing.find(({ state }) => state === 'sending')
  return first === undefined || isDelayedMessage(first, now) ? undefined : first.queuedAt + DELAYED_MS - now
}
