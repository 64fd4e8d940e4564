import type { Connection } from 'mongoose'
import { StoreSettingsError } from '../store-settings-error.ts'
import { isDuplicateKeyError } from './mongo-error.ts'

const DEFAULT_NAME = 'gifchat'
/** Written into a database once it is used. */
const MARK = { _id: 'gifchat' } as const

/**
 * The name of the database: `chosen`, or the one in the address, or `gifchat`. `admin` in an
 * address says only where to log in. Throws `StoreSettingsError` when both name one, and not the
 * same.
 */
export function mongoDatabaseName(uri: string, chosen: string | undefined): string {
  const [, path = ''] = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]*)/.exec(uri) ?? []
  const named = decodeURIComponent(path)
  if (named === '' || named === 'admin') return chosen ?? DEFAULT_NAME
  if (chosen === undefined || chosen === named) return named
  throw new StoreSettingsError(
    `The address of MongoDB names the database ${named}, and --mongodb-database ${chosen}: name one of them.`,
  )
}

/**
 * Marks a database as gifchat's. Throws `StoreSettingsError`, and writes nothing, when others keep
 * rooms or chats in it: a start would take those chats for what a killed server left.
 */
export async function claimMongoDatabase({ db, name }: Connection): Promise<void> {
  if (db === undefined) throw new Error('the connection is not open')
  const settings = db.collection<{ _id: string; value?: string }>('settings')
  if ((await settings.findOne(MARK)) !== null) return
  const isMissing = { $exists: false }
  const foreign =
    (await db.collection('rooms').findOne({ 'owner.color': isMissing })) ??
    (await db.collection('chats').findOne({ $or: [{ seq: isMissing }, { clientMessageId: isMissing }] }))
  if (foreign !== null) {
    throw new StoreSettingsError(
      `The database ${name} has rooms or chats that gifchat did not write: choose another with --mongodb-database.`,
    )
  }
  const mark = { $set: { value: 'This database belongs to gifchat.' } }
  await settings.updateOne(MARK, mark, { upsert: true }).catch((error: unknown) => {
    // Of servers that start at once, another one was first.
    if (!isDuplicateKeyError(error)) throw error
  })
}
