import type { RequestError } from '../../protocol/error-codes.ts'
import type { ClientEvent } from '../connection/client-events.ts'
import type { ScriptTexts } from '../i18n/script-texts.en.ts'

/** A script is told of a silence that is longer than this, in milliseconds. */
const SILENCE_MS = 2_000

/**
 * Says on standard error what delays messages. That the server takes them more slowly than they
 * come is said once. Every silence is said, and that it is over.
 */
export class SendDelays {
  readonly #tell: (sentence: string) => void
  readonly #texts: ScriptTexts['delays']
  /** How many messages wait. */
  readonly #waiting: () => number
  #timer: NodeJS.Timeout | undefined
  #isSilent = false
  #isSlowTold = false
  #isConnected = true
  #refusal: RequestError | undefined
  /** What keeps a GIF away is told as it happens. */
  #isDelayTold = false

  constructor(options: {
    readonly tell: (sentence: string) => void
    readonly texts: ScriptTexts
    readonly waiting: () => number
  }) {
    this.#tell = options.tell
    this.#texts = options.texts.delays
    this.#waiting = options.waiting
  }

  /** From now on, something is awaited from the server. */
  beginWait(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tellSilence(), SILENCE_MS)
  }

  /** It came. */
  endWait(): void {
    this.stopWait()
    this.#refusal = undefined
    if (this.#isSilent) this.#tell(this.#texts.over)
    this.#isSilent = false
  }

  /** Nothing is awaited any more. */
  stopWait(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly receiveEvent = (event: ClientEvent): void => {
    if (event.type === 'status') this.#isConnected = event.status.state === 'open'
    if (event.type !== 'outgoing') return
    const { refusal, delay, uploadedBytes = 0 } = event.message
    this.#isDelayTold = delay !== undefined
    if (refusal !== undefined && refusal !== this.#refusal) this.#noteRefusal(refusal)
    else if (uploadedBytes > 0 && this.#timer !== undefined) {
      // The upload moves, however long it takes.
      this.endWait()
      this.beginWait()
    }
  }

  #noteRefusal(refusal: RequestError): void {
    this.#refusal = refusal
    if (refusal.code !== 'rateLimited' || this.#isSlowTold) return
    this.#isSlowTold = true
    this.#tell(this.#texts.slow(this.#waiting()))
  }

  #tellSilence(): void {
    // That it is slow has been told.
    if (this.#refusal?.code === 'rateLimited' || this.#isDelayTold) return
    this.#isSilent = true
    const { away, cannotStore, silent } = this.#texts
    const say = !this.#isConnected ? away : this.#refusal === undefined ? silent : cannotStore
    this.#tell(say(this.#waiting()))
  }
}
