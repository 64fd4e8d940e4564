import { encodeServerMessage } from '../../protocol/codec.ts'
import type { ServerEvent } from '../../protocol/server-messages.ts'
import { encodeFanOutFrames } from './fan-out-frames.ts'

/** Somebody who hears what a room or the lobby tells. */
export interface Subscriber {
  /** It stands for somebody who is connected to another node. */
  readonly isRemote?: true
  /**
   * Takes one or more finished WebSocket frames. Others get the same buffer: do not change it. With
   * `isMoreSoon` they may wait for those that follow.
   */
  deliverFrames(frames: Buffer, isMoreSoon?: boolean): void
}

/** Tells many subscribers the same. Each event is encoded and framed once for all of them. */
export class FanOut {
  readonly subscribers = new Set<Subscriber>()
  #texts: string[] = []

  /** Adds an event to those that the next flush delivers. */
  publishEvent(event: ServerEvent): void {
    if (this.subscribers.size > 0) this.#texts.push(encodeServerMessage(event))
  }

  /** Delivers the events since the last flush to everybody who is subscribed now. */
  flushEvents(): void {
    if (this.#texts.length === 0) return
    const finished = encodeFanOutFrames(this.#texts)
    this.#texts = []
    this.deliverFrames(finished)
  }

  /**
   * Delivers finished frames to everybody who is subscribed now. What is posted on two nodes comes
   * in two batches where one node would have one. So in a room with members on several, those who
   * only listen are told both at once: when more is being stored already.
   */
  deliverFrames(finished: Buffer, isMoreBeingStored = false): void {
    const isMoreSoon = isMoreBeingStored && this.#isSpread()
    for (const subscriber of this.subscribers) subscriber.deliverFrames(finished, isMoreSoon)
  }

  #isSpread(): boolean {
    for (const { isRemote } of this.subscribers) if (isRemote) return true
    return false
  }
}
