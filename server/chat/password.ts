import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** RFC 7914 parameters: 16 MiB and tens of milliseconds a guess. */
const COST = { N: 16_384, r: 8, p: 1 }
const KEY_BYTES = 32

/** A password as it may be stored: `scrypt$N$r$p$salt$key`, both in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await scryptAsync(password.normalize('NFC'), salt, KEY_BYTES, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Compares in constant time. */
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

const PROCESS_KEY = randomBytes(32)

/**
 * Checks one room's password. Once a password was found right, later tries are compared with a keyed digest that
 * lives only in this process, so that a thousand people who come back at once cost one scrypt and not a thousand.
 */
export class PasswordCheck {
  readonly #hash: string
  #digest: Buffer | undefined

  constructor(hash: string) {
    this.#hash = hash
  }

  async matchesPassword(password: string): Promise<boolean> {
    const digest = createHmac('sha256', PROCESS_KEY)
      .update(this.#hash)
      .update(password.normalize('NFC'))
      .digest()
    if (this.#digest !== undefined) return timingSafeEqual(digest, this.#digest)
    const isRight = await matchesPasswordHash(password, this.#hash)
    if (isRight) this.#digest = digest
    return isRight
  }
}
