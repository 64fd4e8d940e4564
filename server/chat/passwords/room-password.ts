import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { RequestError } from '../../../protocol/error-codes.ts'
import type { RoomId } from '../../../protocol/model.ts'
import { FairTurns, type TurnOwner } from '../../turns/fair-turns.ts'
import type { PasswordGuard } from './password-guard.ts'

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** Parameters of RFC 7914. A guess takes 16 MiB of memory and tens of milliseconds. */
const COST = { N: 16_384, r: 8, p: 1 }
const KEY_BYTES = 32

/**
 * The turns at scrypt. libuv has four threads for it and for files, and two stay free. So does one
 * processor, for those who talk. An address has one turn at a time, so that one alone never holds
 * both.
 */
const SCRYPT_TURNS = {
  atOnce: Math.max(1, Math.min(2, availableParallelism() - 1)),
  perAddress: 1,
  kept: 0,
  waiting: 4_096,
  waitingPerAddress: 1_024,
  refusal: 'too many passwords are being checked: try again',
}

/** Somebody who guesses. */
interface PasswordGuesser extends TurnOwner {
  /** False once nobody would hear the answer: the guess is then not tried. */
  isConnected(): boolean
}

/** Hashes and compares passwords, in turns that are fair by address. */
export class RoomPasswordHasher {
  readonly #turns = new FairTurns(SCRYPT_TURNS, () => performance.now())

  /** The password as it may be stored. Rejects with `unavailable` when too many wait. */
  hashPassword(password: string, owner: TurnOwner): Promise<string> {
    return this.#inTurn(owner, () => hashRoomPassword(password))
  }

  /**
   * Whether the password is right, unless `known` says it by the time of the turn. Rejects with
   * `unavailable` when too many wait, or when the guesser is gone.
   */
  matchesHash(
    password: string,
    hash: string,
    guesser: PasswordGuesser,
    known: () => boolean | undefined,
  ): Promise<boolean> {
    return this.#inTurn(guesser, async () => {
      if (!guesser.isConnected()) throw new RequestError('unavailable', 'the connection is gone')
      return known() ?? matchesPasswordHash(password, hash)
    })
  }

  async #inTurn<Result>(owner: TurnOwner, work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.takeTurn(owner)
    try {
      await turn.begun
      return await work()
    } finally {
      turn.end()
    }
  }
}

/** A password as it may be stored: `scrypt$N$r$p$salt$key`. Salt and key are in base64url. */
async function hashRoomPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await scryptAsync(password.normalize('NFC'), salt, KEY_BYTES, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Compares in constant time, so that the answer's time tells nothing about the password. */
async function matchesPasswordHash(password: string, hash: string): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = hash.split('$')
  const expected = Buffer.from(key, 'base64url')
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  const actual = await scryptAsync(
    password.normalize('NFC'),
    Buffer.from(salt, 'base64url'),
    expected.length,
    cost,
  )
  return timingSafeEqual(actual, expected)
}

/** Somebody who guesses at the password of a room. */
interface RoomGuesser extends PasswordGuesser {
  /** Whether this person has a seat by now, and so needs no password. */
  isSeated(): boolean
  /** See `PasswordGuess`. */
  onStandingInLine(): void
}

/** Of how many people a room remembers that they have shown its password. */
const REMEMBERED_PEOPLE = 2_000

const PROCESS_KEY = randomBytes(32)

/**
 * Checks one room's password. Once it is known, guesses are compared with a keyed digest of it that
 * only this process has. So a thousand people who come back at once cost one scrypt and not a
 * thousand.
 */
export class RoomPasswordCheck {
  readonly #room: RoomId
  readonly #guard: PasswordGuard
  readonly #hash: string
  readonly #hasher: RoomPasswordHasher
  #digest: Buffer | undefined
  readonly #shownBy = new Set<string>()

  /** `password` is known if this process has just hashed it. */
  constructor(
    room: { readonly id: RoomId; readonly passwordHash: string },
    dependencies: { hasher: RoomPasswordHasher; guard: PasswordGuard },
    password?: string,
  ) {
    this.#room = room.id
    this.#hash = room.passwordHash
    this.#hasher = dependencies.hasher
    this.#guard = dependencies.guard
    if (password !== undefined) this.#digest = this.#digestOf(password)
  }

  /**
   * Tries a guess when it may be tried. Rejects with `wrongPassword` or `rateLimited`. Resolves
   * without a try if the guesser goes away, or has a seat by then.
   */
  checkGuess(password: string, guesser: RoomGuesser): Promise<void> {
    return this.#guard.guardGuess({
      address: guesser.address,
      user: guesser.person,
      room: this.#room,
      isKnown: this.#shownBy.has(guesser.person),
      isConnected: () => guesser.isConnected(),
      onStandingInLine: () => guesser.onStandingInLine(),
      tryPassword: async () => {
        if (guesser.isSeated() || (await this.matchesPassword(password, guesser))) return
        throw new RequestError('wrongPassword', 'that is not the password of this room')
      },
    })
  }

  async matchesPassword(password: string, guesser: PasswordGuesser): Promise<boolean> {
    const digest = this.#digestOf(password)
    const known = () => (this.#digest === undefined ? undefined : timingSafeEqual(digest, this.#digest))
    const isRight = known() ?? (await this.#hasher.matchesHash(password, this.#hash, guesser, known))
    if (isRight) {
      this.#digest = digest
      this.#rememberGuesser(guesser.person)
    }
    return isRight
  }

  /** Only the latest people are remembered. */
  #rememberGuesser(person: string): void {
    this.#shownBy.delete(person)
    this.#shownBy.add(person)
    const [oldest] = this.#shownBy
    if (this.#shownBy.size > REMEMBERED_PEOPLE && oldest !== undefined) this.#shownBy.delete(oldest)
  }

  #digestOf(password: string): Buffer {
    return createHmac('sha256', PROCESS_KEY).update(this.#hash).update(password.normalize('NFC')).digest()
  }
}
