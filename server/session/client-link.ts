import type { CloseReason } from '../../protocol/close-codes.ts'
import type { ServerMessage } from '../../protocol/server-messages.ts'

/** What a session needs of the connection below it. */
export interface ClientLink {
  /** The number of the connection in the log. */
  readonly connectionId: number
  /** The peer's address as limits count it: an IPv4 address, or the /64 of an IPv6 one. */
  readonly address: string
  /** Sends one message. It comes after everything that was sent or delivered before. */
  send(message: ServerMessage): void
  /** Sends a message that is already encoded. */
  sendText(text: string): void
  /** Takes finished frames that others get too. See `Subscriber`. */
  deliverFrames(frames: Buffer, isMoreSoon?: boolean): void
  close(reason: CloseReason): void
}
