import { createHash } from 'node:crypto'
import colorHashModule from 'color-hash'
import type { User } from '../../protocol/model.ts'

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const ID_LENGTH = 12
// Its CommonJS build keeps the class under `default`, which its types don't say.
const ColorHash =
  'default' in colorHashModule ? (colorHashModule.default as typeof colorHashModule) : colorHashModule
const colorHash = new ColorHash()

/** Who a session is to others: a public id that doesn't give the session away, and its colour (PROTOCOL.md I3). */
export function userOf(session: string): User {
  const digest = createHash('sha256').update(`user ${session}`).digest()
  let id = ''
  for (const byte of digest.subarray(0, ID_LENGTH)) id += ALPHABET[byte % ALPHABET.length]
  return { id, color: colorHash.hex(session).toUpperCase() }
}
