import type { ChatStore } from '../chat/chat-store.ts'
import type { CoreLog } from '../chat/core-log.ts'
import type { RoomOwners } from '../chat/room-owners.ts'
import { StoreSettingsError } from './store-settings-error.ts'

/** The settings that decide where everything is kept. */
interface StoreOptions {
  /** Keeps everything in this MongoDB. Without it, the directory `data` is used. */
  readonly mongodbUri?: string | undefined
  /** The one in the address when left out, or `gifchat`. */
  readonly mongodbDatabase?: string | undefined
  readonly data: string
  /** `none` keeps everything in memory alone, and `data` is not touched. */
  readonly durability: 'none' | 'process' | 'power'
  readonly log: CoreLog
  /** Ends the wait for a MongoDB that does not answer, or that another server uses. */
  readonly signal?: AbortSignal | undefined
  /** Another server has taken the data over, because this one stood still for long. */
  readonly onTakenOver?: (() => void) | undefined
}

/**
 * Opens the MongoDB that several servers share, as one of them. Waits until no lone server uses it.
 */
export async function openFleetStore(
  options: Omit<StoreOptions, 'data' | 'durability'> & { readonly mongodbUri: string },
): Promise<{ readonly store: ChatStore; readonly owners: RoomOwners }> {
  const { mongodbUri: uri, mongodbDatabase: databaseName, ...more } = options
  const { openFleetMongoStore } = await import('./mongo/open-mongo-store.ts')
  return openFleetMongoStore({ ...more, uri, databaseName })
}

/** Opens the store that the settings name. The code of the others is not loaded. */
export async function openStore(options: StoreOptions): Promise<ChatStore> {
  const { mongodbUri, mongodbDatabase, data, durability, log, signal, onTakenOver } = options
  if (mongodbUri !== undefined) {
    const { openMongoStore } = await import('./mongo/open-mongo-store.ts')
    return openMongoStore({ uri: mongodbUri, databaseName: mongodbDatabase, log, signal, onTakenOver })
  }
  if (durability === 'none') {
    const { MemoryStore } = await import('./memory/memory-store.ts')
    return new MemoryStore()
  }
  if (data === '') {
    throw new StoreSettingsError(
      'There is no home directory for the data: name a directory with --data, or keep it in memory with --durability none',
    )
  }
  const { openEmbeddedStore } = await import('./embedded/embedded-store.ts')
  return openEmbeddedStore({ directory: data, durability, log })
}
