import { createHash, randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { ClientMessageId, UserId } from '../../../protocol/model.ts'
import { loadSetting } from './settings-table.ts'

/** Who sent something, and under which id. */
export interface Sent {
  readonly user: { readonly id: UserId }
  readonly clientMessageId: ClientMessageId
}

/** Where to look for what was sent: an integer from 0 to below `SENT_KEYS`, which others may have too. */
export type SentKeyOf = (sent: Sent) => number

export const SENT_KEYS = 2 ** 52

/** More UTF-16 units than a user id and a client message id have together. */
const UNITS = 256

/** The function for this file, whose seed is in it. */
export const loadSentKeyOf = (database: DatabaseSync): SentKeyOf =>
  sentKeyOf(loadSetting(database, 'sent_seed', randomUUID()))

/**
 * A multilinear hash (Lemire and Kaser, Strongly Universal String Hashing is Fast, 2014): who does not know the seed
 * can't find messages that share a key, and it takes half the time of one that withstands also those who do.
 */
export function sentKeyOf(seed: string): SentKeyOf {
  const bytes = createHash('shake256', { outputLength: 2 * UNITS * 4 })
    .update(seed)
    .digest()
  const factors = new Int32Array(Uint8Array.from(bytes).buffer)
  return ({ user, clientMessageId }) => {
    let upper = 0
    let lower = 0
    let at = 0
    for (const text of [user.id, clientMessageId]) {
      for (let index = 0; index < text.length; index++) {
        const unit = text.charCodeAt(index) + 1
        upper = (upper + Math.imul(factors[at] ?? 0, unit)) | 0
        lower = (lower + Math.imul(factors[at + 1] ?? 0, unit)) | 0
        at = (at + 2) % factors.length
      }
    }
    // The high bits of a sum of products depend on all that was multiplied, the low ones do not.
    return (upper >>> 12) * 2 ** 32 + ((lower ^ (lower >>> 16)) >>> 0)
  }
}
