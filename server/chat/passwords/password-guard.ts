import { OWN_MISTAKES, RequestError } from '../../../protocol/error-codes.ts'
import type { RoomId, UserId } from '../../../protocol/model.ts'
import { PasswordWaits } from './password-waits.ts'

/**
 * The longest waits between two guesses at a room, in milliseconds: of one person, and at one
 * address of people who never guessed wrong there and of people who did.
 */
const LONGEST_WAIT_MS = { person: 30_000, newcomers: 10_000, repeaters: 30_000 }
/** How many guesses at a room may stand in line at one address, and of one person. */
const LINE_LENGTH = 256
const LINE_LENGTH_PER_PERSON = 4
/** When to come back after a refusal for want of a place in line, in milliseconds. */
const CROWDED_RETRY_MS = 1_000

/** One guess at a room's password. */
export interface PasswordGuess {
  readonly address: string
  readonly user: UserId
  readonly room: RoomId
  /** Whether this person has shown the right password before. */
  readonly isKnown: boolean
  /** False once nobody would hear the answer: the guess is then dropped untried. */
  isConnected(): boolean
  /** The guess has to wait for wrong ones of others. It may be called more than once. */
  onStandingInLine(): void
  /** Tries the guess. Rejects with `wrongPassword` if it is wrong. */
  tryPassword(): Promise<void>
}

interface Waiting {
  readonly guess: PasswordGuess
  readonly person: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The guesses at one room from one address. */
interface GuessLine {
  /** In the order in which they came. */
  readonly waiting: Set<Waiting>
  isTrying: boolean
  timer: NodeJS.Timeout | undefined
}

/**
 * Makes guessing slow, without refusing anybody for the wrong guesses of others (PROTOCOL.md C4).
 *
 * - A wrong guess doubles its person's own wait at that room, from 0.5 s to 30 s. A person who
 *   does not wait is refused: that is for the person's own wrong guesses.
 * - It also doubles a wait of the whole address at that room, since anybody can be many people. A
 *   guess that comes during this wait stands in line. It is refused only if there is no place.
 * - There are two such waits. One counts first guesses of people who never guessed wrong there and
 *   grows to 10 s, and one counts all others and grows to 30 s. So an honest person does not wait
 *   for somebody who guesses again and again, only for wrong first guesses of other people.
 * - Among the others, those who guessed wrong less often come first.
 * - Who has shown the right password before stands in no line: that person can learn nothing.
 *
 * A guess in line has not been compared with anything, and none is compared twice. So the time of
 * an answer, or its absence, tells nothing else, and a guesser who hangs up early has learned
 * nothing. The waits alone decide how many guesses are tried: for one room and address at most 6 a
 * minute of new people and 2 of others in the long run, 8 in all, whatever the number of people and
 * connections. One person has 2 a minute. These are up to 11,520 a day, so a password should be
 * none of the first ten thousand that come to mind.
 *
 * What this can't do: many fresh identities of a guesser stand in the same line as an honest person
 * of their address who comes for the first time, and each costs that person up to 10 s. So an
 * address makes new identities at a rate, too (PROTOCOL.md L2).
 */
export class PasswordGuard {
  readonly #people: PasswordWaits
  readonly #newcomers: PasswordWaits
  readonly #repeaters: PasswordWaits
  readonly #lines = new Map<string, GuessLine>()

  constructor(now: () => number) {
    this.#people = new PasswordWaits(LONGEST_WAIT_MS.person, now)
    this.#newcomers = new PasswordWaits(LONGEST_WAIT_MS.newcomers, now)
    this.#repeaters = new PasswordWaits(LONGEST_WAIT_MS.repeaters, now)
  }

  /**
   * Tries a guess when it may be tried. Rejects as `tryPassword` does, with the person's next wait
   * in a `wrongPassword`, or with `rateLimited`. Resolves without a try if the guesser goes away.
   */
  async guardGuess(guess: PasswordGuess): Promise<void> {
    const person = `${guess.user} ${guess.room}`
    this.#refuseDuringOwnWait(person)
    if (guess.isKnown) return this.#tryGuess(guess, person)
    const key = `${guess.address} ${guess.room}`
    const line = this.#lines.get(key) ?? { waiting: new Set(), isTrying: false, timer: undefined }
    this.#makePlace(line, person)
    this.#lines.set(key, line)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    line.waiting.add({ guess, person, resolve, reject })
    this.#proceed(key, line)
    return promise
  }

  /** Tries the next guess of a line, if one may be tried now. */
  #proceed(key: string, line: GuessLine): void {
    clearTimeout(line.timer)
    this.#dropUseless(line)
    if (line.isTrying) return
    const first = this.#firstOf(line)
    const choices = [
      { waiting: first.newcomer, waits: this.#newcomers },
      { waiting: first.repeater, waits: this.#repeaters },
    ].filter(choice => choice.waiting !== undefined)
    const choice = choices.find(({ waits }) => waits.waitOf(key) === 0)
    if (choice?.waiting !== undefined) {
      void this.#tryFirst(key, line, choice.waiting, choice.waits)
    } else if (choices.length > 0) {
      for (const { guess } of line.waiting) guess.onStandingInLine()
      const waitMs = Math.min(...choices.map(({ waits }) => waits.waitOf(key)))
      line.timer = setTimeout(() => this.#proceed(key, line), waitMs)
    } else {
      this.#lines.delete(key)
    }
  }

  async #tryFirst(key: string, line: GuessLine, first: Waiting, waits: PasswordWaits): Promise<void> {
    line.waiting.delete(first)
    line.isTrying = true
    const noteWrong = () => waits.noteMistake(key)
    await this.#tryGuess(first.guess, first.person, noteWrong).then(first.resolve, first.reject)
    line.isTrying = false
    this.#proceed(key, line)
  }

  async #tryGuess(guess: PasswordGuess, person: string, noteWrong?: () => void): Promise<void> {
    try {
      await guess.tryPassword()
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'wrongPassword') throw error
      noteWrong?.()
      const retryAfterMs = this.#people.noteMistake(person)
      throw new RequestError('wrongPassword', error.message, { retryAfterMs })
    }
  }

  /** Who came first of those who never guessed wrong, and of the others who did so least often. */
  #firstOf(line: GuessLine): { readonly newcomer?: Waiting; readonly repeater?: Waiting } {
    let newcomer: Waiting | undefined
    let repeater: Waiting | undefined
    let least = Number.POSITIVE_INFINITY
    for (const waiting of line.waiting) {
      const count = this.#people.countOf(waiting.person)
      if (count === 0) newcomer ??= waiting
      else if (count < least) {
        repeater = waiting
        least = count
      }
    }
    return { newcomer, repeater }
  }

  /** Takes out those who are gone, and those whose own guess was wrong meanwhile. */
  #dropUseless(line: GuessLine): void {
    for (const waiting of line.waiting) {
      if (!waiting.guess.isConnected()) waiting.resolve()
      else if (this.#people.waitOf(waiting.person) > 0) waiting.reject(this.#tooEarly(waiting.person))
      else continue
      line.waiting.delete(waiting)
    }
  }

  #refuseDuringOwnWait(person: string): void {
    if (this.#people.waitOf(person) > 0) throw this.#tooEarly(person)
  }

  #tooEarly(person: string): RequestError {
    const retryAfterMs = this.#people.waitOf(person)
    const reason = OWN_MISTAKES
    return new RequestError('rateLimited', 'wait before you try another password', { retryAfterMs, reason })
  }

  /** In a full line, whoever guessed wrong most often makes place for somebody who did so less. */
  #makePlace(line: GuessLine, person: string): void {
    let own = 0
    for (const waiting of line.waiting) if (waiting.person === person) own++
    if (own >= LINE_LENGTH_PER_PERSON) throw crowded()
    if (line.waiting.size < LINE_LENGTH) return
    this.#dropUseless(line)
    if (line.waiting.size < LINE_LENGTH) return
    let worst: Waiting | undefined
    let most = this.#people.countOf(person)
    for (const waiting of line.waiting) {
      const count = this.#people.countOf(waiting.person)
      if (count <= most) continue
      worst = waiting
      most = count
    }
    if (worst === undefined) throw crowded()
    line.waiting.delete(worst)
    worst.reject(crowded())
  }
}

const crowded = (): RequestError =>
  new RequestError('rateLimited', 'too many passwords are being tried from here: wait a little', {
    retryAfterMs: CROWDED_RETRY_MS,
  })
