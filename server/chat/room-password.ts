import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** Parameters of RFC 7914. A guess takes 16 MiB of memory and tens of milliseconds. */
const COST = { N: 16_384, r: 8, p: 1 }
const KEY_BYTES = 32

/** A password as it may be stored: `scrypt$N$r$p$salt$key`. Salt and key are in base64url. */
export async function hashRoomPassword(password: string): Promise<string> {
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

const PROCESS_KEY = randomBytes(32)

/**
 * Checks one room's password. Once a password was right, later guesses are compared with a keyed
 * digest of it that only this process knows. So a thousand people who come back at once cost one
 * scrypt and not a thousand.
 */
export class RoomPasswordCheck {
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
