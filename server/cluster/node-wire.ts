import type { NodeId } from '../chat/room-owners.ts'

/**
 * Carries bytes from node to node. What is sent arrives once or not at all, and in the order in
 * which it was sent.
 */
export interface NodeWire {
  /** Whether anything can be sent just now. */
  readonly isUp: boolean
  /** Bytes on their way. */
  readonly waitingBytes: number
  /** Sends an envelope. It is lost while the wire is down, or when too much waits. */
  sendEnvelope(to: NodeId, envelope: Buffer): void
  /** Calls `receive` with every envelope for this node, as soon as the wire is up. */
  openInbox(receive: (envelope: Buffer) => void): void
  closeWire(): Promise<void>
}
