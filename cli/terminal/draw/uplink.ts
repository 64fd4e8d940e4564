import { once } from 'node:events'
import type { TerminalPace } from './terminal-pace.ts'

interface Parcel {
  /** The picture that it belongs to. */
  readonly picture: number
  readonly text: string
  readonly onSent: (() => void) | undefined
}

/** Sends pictures to the terminal one piece after the other, each when the terminal has taken the one before. */
export class Uplink {
  readonly #stdout: NodeJS.WriteStream
  readonly #pace: TerminalPace | undefined
  #queue: Parcel[] = []
  #isSending = false
  #isClosed = false

  /** With `pace`, it waits for a terminal at the other end of a network too. */
  constructor(stdout: NodeJS.WriteStream, pace?: TerminalPace) {
    this.#stdout = stdout
    this.#pace = pace
  }

  /** The first piece that finds nothing before it goes out at once. */
  send(picture: number, text: string, onSent?: () => void): void {
    if (this.#isClosed) return
    this.#queue.push({ picture, text, onSent })
    if (!this.#isSending) void this.#sendAll()
  }

  /** Forgets what was not sent yet of a picture. */
  drop(picture: number): void {
    this.#queue = this.#queue.filter(parcel => parcel.picture !== picture)
  }

  /** Sends nothing any more. */
  close(): void {
    this.#queue = []
    this.#isClosed = true
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true
    for (let parcel = this.#queue.shift(); parcel !== undefined; parcel = this.#queue.shift()) {
      const isTaken = this.#stdout.write(parcel.text + (this.#pace?.question() ?? ''))
      parcel.onSent?.()
      if (!isTaken) await once(this.#stdout, 'drain')
      await this.#pace?.caughtUp()
      // Keys and text have their turn between two frames.
      if (this.#queue.length > 0) await new Promise<void>(resolve => setImmediate(resolve))
    }
    this.#isSending = false
  }
}
