import { once } from 'node:events'
import type { TerminalPace } from './terminal-pace.ts'

interface Parcel {
  /** The id of its picture. */
  readonly picture: number
  readonly text: string
  readonly onSent: (() => void) | undefined
}

/** Sends pictures to the terminal in pieces. Each piece waits until the one before is taken. */
export class TerminalUplink {
  readonly #stdout: NodeJS.WriteStream
  readonly #pace: TerminalPace | undefined
  #queue: Parcel[] = []
  #isSending = false
  #isClosed = false

  /** With `pace`, it also waits for a terminal at the other end of a network. */
  constructor(stdout: NodeJS.WriteStream, pace?: TerminalPace) {
    this.#stdout = stdout
    this.#pace = pace
  }

  /** Sends at once when nothing is waiting. `onSent` is called after the write. */
  sendPicture(picture: number, text: string, onSent?: () => void): void {
    if (this.#isClosed) return
    this.#queue.push({ picture, text, onSent })
    if (!this.#isSending) void this.#sendAll()
  }

  /** Drops the pieces of a picture that have not been sent. */
  dropPicture(picture: number): void {
    this.#queue = this.#queue.filter(parcel => parcel.picture !== picture)
  }

  /** Drops all pieces; nothing is sent from now on. */
  closeUplink(): void {
    this.#queue = []
    this.#isClosed = true
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true
    for (let parcel = this.#queue.shift(); parcel !== undefined; parcel = this.#queue.shift()) {
      const isTaken = this.#stdout.write(parcel.text + (this.#pace?.askPace() ?? ''))
      parcel.onSent?.()
      if (!isTaken) await once(this.#stdout, 'drain')
      await this.#pace?.whenCaughtUp()
      // Keys and text get their turn between two pieces.
      if (this.#queue.length > 0) await new Promise<void>(resolve => setImmediate(resolve))
    }
    this.#isSending = false
  }
}
