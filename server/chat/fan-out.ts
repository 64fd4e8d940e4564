import { encodeServerMessage } from '../../protocol/codec.ts'
import type { ServerEvent } from '../../protocol/server-messages.ts'
import { encodeFrames } from './frame.ts'

/** Who takes what a room or the lobby has to say. */
export interface Subscriber {
  /** Takes one or more finished WebSocket frames; the buffer is shared with others and must not be changed. */
  deliverFrames(frames: Buffer): void
}

/** Tells many the same: what is told is encoded and framed once. */
export class FanOut {
  readonly subscribers = new Set<Subscriber>()
  #texts: string[] = []

  /** Adds an event to the next flush. */
  publishEvent(event: ServerEvent): void {
    if (this.subscribers.size > 0) this.#texts.push(encodeServerMessage(event))
  }

  /** Delivers all that was published since the last flush, to those who are subscribed now. */
  flushEvents(): void {
    if (this.#texts.length === 0) return
    const finished = encodeFrames(this.#texts)
    this.#texts = []
    this.deliverFrames(finished)
  }

  /** Delivers finished frames, to those who are subscribed now. */
  deliverFrames(finished: Buffer): void {
    for (const subscriber of this.subscribers) subscriber.deliverFrames(finished)
  }
}
