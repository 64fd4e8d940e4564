import { Readable } from 'node:stream'
import {
  type InputPiece,
  type MouseReport,
  splitTerminalInput,
  type TerminalReply,
} from './terminal-reply.ts'

/** What the terminal itself sent, by its own accord or as an answer. */
export type TerminalSignal =
  | { readonly type: 'focus'; readonly isFocused: boolean }
  | MouseReport
  | { readonly type: 'reply'; readonly reply: TerminalReply }

/** The parts of standard input that are used. */
export type TerminalSource = Pick<
  NodeJS.ReadStream,
  'setRawMode' | 'setEncoding' | 'on' | 'off' | 'pause' | 'resume' | 'ref' | 'unref'
>

/**
 * An unfinished escape sequence counts as keys after so many milliseconds: Esc, or Alt and a key.
 */
const KEY_WAIT_MS = 20
/** The rest of an answer may take so many milliseconds. */
const REPLY_WAIT_MS = 1_000

const CTRL_C = '\x03'

/**
 * Standard input with keys only. Answers of the terminal, however late, and reports of focus and
 * mouse go to subscribers. Keys are buffered until somebody reads them. It reads from standard
 * input only while raw mode is on.
 */
export class TerminalInput extends Readable {
  readonly isTTY = true
  readonly #source: TerminalSource
  readonly #onInterrupt: () => void
  readonly #listeners = new Set<(signal: TerminalSignal) => void>()
  #rest = ''
  #restTimer: NodeJS.Timeout | undefined

  /** `onInterrupt` is called for a Ctrl-C that is typed while nobody reads keys. */
  constructor(source: TerminalSource, onInterrupt: () => void) {
    super({ encoding: 'utf8' })
    this.#source = source
    this.#onInterrupt = onInterrupt
    source.setEncoding('utf8')
  }

  subscribe(listener: (signal: TerminalSignal) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  setRawMode(isRaw: boolean): this {
    this.#source.setRawMode(isRaw)
    this.#source.off('data', this.#take)
    if (isRaw) {
      this.#source.on('data', this.#take)
      this.#source.resume()
    } else {
      this.#source.pause()
    }
    return this
  }

  ref(): this {
    this.#source.ref()
    return this
  }

  unref(): this {
    this.#source.unref()
    return this
  }

  /** Stops reading and switches raw mode off. */
  close(): void {
    clearTimeout(this.#restTimer)
    this.setRawMode(false)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  override _read(): void {}

  readonly #take = (chunk: string): void => {
    clearTimeout(this.#restTimer)
    const { pieces, rest, isReply } = splitTerminalInput(this.#rest + chunk)
    this.#rest = rest
    for (const piece of pieces) this.#hand(piece)
    if (rest !== '') this.#restTimer = setTimeout(this.#giveUp, isReply ? REPLY_WAIT_MS : KEY_WAIT_MS).unref()
  }

  readonly #giveUp = (): void => {
    const text = this.#rest
    this.#rest = ''
    this.#hand({ type: 'keys', text })
  }

  #hand(piece: InputPiece): void {
    if (piece.type === 'focus') this.#tell(piece)
    else if (piece.type === 'mouse') {
      if (piece.mouse !== undefined) this.#tell(piece.mouse)
    } else if (piece.type === 'reply') {
      if (piece.reply !== undefined) this.#tell({ type: 'reply', reply: piece.reply })
    } else if (this.listenerCount('readable') === 0 && piece.text.includes(CTRL_C)) this.#onInterrupt()
    else this.push(piece.text, 'utf8')
  }

  #tell(signal: TerminalSignal): void {
    for (const listener of [...this.#listeners]) listener(signal)
  }
}

/** Standard input for Ink, which uses only those parts of a terminal's stream that are here. */
export const terminalInputAsStream = (input: TerminalInput): NodeJS.ReadStream =>
  input as unknown as NodeJS.ReadStream
