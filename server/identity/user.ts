import { createHash } from 'node:crypto'
import colorHashModule from 'color-hash'
import type { User } from '../../protocol/model.ts'

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const ID_LENGTH = 12
// The CommonJS build of color-hash keeps the class under `default`, which its types don't tell.
const ColorHash =
  'default' in colorHashModule ? (colorHashModule.default as typeof colorHashModule) : colorHashModule
const colorHash = new ColorHash()

/**
 * The person that others see: a public id that doesn't reveal the session id, and a colour
 * (PROTOCOL.md I3).
 */
export function publicUserOf(session: string): User {
  const digest = createHash('sha256').update(`user ${session}`).digest()
  let id = ''
  for (const byte of digest.subarray(0, ID_LENGTH)) id += ALPHABET[byte % ALPHABET.length]
  return { id, color: colorHash.hex(session).toUpperCase() }
}
