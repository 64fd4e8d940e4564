import { PassThrough } from 'node:stream'
import { TerminalInput, type TerminalSource } from '../../cli/terminal/ask/terminal-input.ts'

/**
 * The answers of a terminal, by a part of each question. Questions without an entry stay
 * unanswered. A question that is repeated gets the next answer in its list.
 */
export type Answers = readonly (readonly [question: string, answer: string])[]

const QUESTION = /\x1b_[^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[?>=]?[\d;]*\$?[a-zA-Z]/g

/** What tmux passes on, with doubled escapes. */
const PASSED_ON = /\x1bPtmux;((?:\x1b\x1b|[^\x1b])*)\x1b\\/g
const unwrapped = (_: string, inner: string): string => inner.replaceAll('\x1b\x1b', '\x1b')

/** A terminal that gives recorded answers. */
export class AskedTerminal {
  readonly input: TerminalInput
  readonly output = { columns: 100, rows: 40, write: (text: string) => this.#answer(text) }
  /** Everything that was asked. */
  asked = ''
  interrupts = 0
  readonly #answers: (readonly [question: string, answer: string])[]
  readonly #split: (answer: string) => readonly string[]
  readonly #stream = new PassThrough()

  /** `split` cuts the answers to one write into packets. */
  constructor(answers: Answers, split: (answer: string) => readonly string[] = answer => [answer]) {
    this.#answers = [...answers]
    this.#split = split
    // Only these parts of a terminal's input stream are used.
    const source = Object.assign(this.#stream, {
      setRawMode: () => source,
      ref: () => source,
      unref: () => source,
    }) as unknown as TerminalSource
    this.input = new TerminalInput(source, () => this.interrupts++)
    this.input.setRawMode(true)
  }

  /** Types keys. */
  type(keys: string): void {
    this.#stream.write(keys)
  }

  /** Resolves with `length` typed characters, as the app would read them. */
  async typed(length: number): Promise<string> {
    let text = ''
    while (text.length < length) {
      text += this.input.read() ?? ''
      if (text.length < length) await new Promise(resolve => this.input.once('readable', resolve))
    }
    return text
  }

  #answerTo(question: string): string {
    const isAsked = ([part]: readonly [string, string]) => question.includes(part)
    const index = this.#answers.findIndex(isAsked)
    const [, answer] = this.#answers[index] ?? ['', '']
    if (this.#answers.filter(isAsked).length > 1) this.#answers.splice(index, 1)
    return answer
  }

  #answer(text: string): void {
    this.asked += text
    const questions = text.replace(PASSED_ON, unwrapped).match(QUESTION) ?? []
    const answer = questions.map(question => this.#answerTo(question)).join('')
    for (const packet of this.#split(answer)) this.#stream.write(packet)
  }
}
