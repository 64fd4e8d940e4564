import { once } from 'node:events'
import type { TerminalPace } from './terminal-pace.ts'

/** The place after each command: only there may other output come between (ECMA-48, ST). */
const COMMAND_END = /(?<=\x1b\\)/

interface Parcel {
  /** The id of its picture. */
  readonly picture: number
  readonly text: string
  readonly onSent: (() => void) | undefined
}

/**
 * Sends pictures to the terminal in pieces. Each piece waits until the one before is taken. Over a
 * network a picture is in several pieces, and keys are echoed between them.
 */
export class TerminalUplink {
  readonly #stdout: NodeJS.WriteStream
  readonly #pace: TerminalPace | undefined
  readonly #wrap: (text: string) => string
  #queue: Parcel[] = []
  #isSending = false
  #isClosed = false

  /**
   * With `pace`, it also waits for a terminal at the other end of a network. `wrap` is what a
   * multiplexer needs around each command.
   */
  constructor(stdout: NodeJS.WriteStream, pace?: TerminalPace, wrap = (text: string) => text) {
    this.#stdout = stdout
    this.#pace = pace
    this.#wrap = wrap
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
      await this.#sendParcel(parcel)
      // Keys and text get their turn between two pieces.
      if (this.#queue.length > 0) await new Promise<void>(resolve => setImmediate(resolve))
    }
    this.#isSending = false
  }

  async #sendParcel({ text, onSent }: Parcel): Promise<void> {
    const commands = text.split(COMMAND_END)
    while (commands.length > 0 && !this.#isClosed) {
      const piece = this.#nextPiece(commands)
      const isTaken = this.#stdout.write(this.#wrap(piece) + (this.#pace?.askPace(piece.length) ?? ''))
      if (commands.length === 0) onSent?.()
      if (!isTaken) await once(this.#stdout, 'drain')
      await this.#pace?.whenCaughtUp()
    }
  }

  /** Takes as many commands as a slow connection carries in a moment, and one at least. */
  #nextPiece(commands: string[]): string {
    const most = this.#pace?.mostBytes ?? Number.POSITIVE_INFINITY
    let piece = commands.shift() ?? ''
    while (commands[0] !== undefined && piece.length + commands[0].length <= most) piece += commands.shift()
    return piece
  }
}
