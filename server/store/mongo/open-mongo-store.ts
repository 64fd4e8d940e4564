import { type ChatStore, StoreUnavailableError } from '../../chat/chat-store.ts'
import type { RoomOwners } from '../../chat/room-owners.ts'
import { closeMongoLink, connectToMongo, type MongoLink, reopenMongoLink } from './connect.ts'
import { mongoDatabaseName } from './mongo-database.ts'
import { joinMongoFleet, takeMongoOwnership } from './mongo-ownership.ts'
import { MongoStore, type MongoStoreOptions, type MongoUser } from './mongo-store.ts'

/**
 * Opens the store in a MongoDB. Waits until it answers and no other server uses the database.
 * Rejects as `connectToMongo` does.
 */
export function openMongoStore(options: MongoStoreOptions): Promise<ChatStore> {
  return openStoreOf(options, async ({ models }) => ({
    holder: await takeMongoOwnership({ ...options, owners: () => models.Owner }),
  }))
}

/** The same as one of several servers, which own the database together. */
export async function openFleetMongoStore(
  options: MongoStoreOptions,
): Promise<{ readonly store: ChatStore; readonly owners: RoomOwners }> {
  const join = async ({ models }: MongoLink) => ({ node: await joinMongoFleet({ ...options, models }) })
  const store = await openStoreOf(options, join)
  const { nodes } = store
  if (nodes === undefined) throw new Error('a store of several servers knows no nodes')
  await nodes.startWatching()
  return { store, owners: nodes }
}

async function openStoreOf(
  options: MongoStoreOptions,
  take: (link: MongoLink) => Promise<MongoUser>,
): Promise<MongoStore> {
  const address = { ...options, databaseName: mongoDatabaseName(options.uri, options.databaseName) }
  for (;;) {
    const link = await connectToMongo(address)
    try {
      return new MongoStore(link, await take(link), { ...options, reopen: () => reopenMongoLink(address) })
    } catch (error) {
      await closeMongoLink(link)
      if (!(error instanceof StoreUnavailableError)) throw error
    }
  }
}
