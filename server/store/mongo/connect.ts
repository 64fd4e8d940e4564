import { setTimeout } from 'node:timers/promises'
import type { Connection, ConnectOptions } from 'mongoose'
import type { CoreLog } from '../../chat/core-log.ts'
import { StoreSettingsError } from '../store-settings-error.ts'
import { MongoSilenceError, withinMongoTime } from './call-mongo.ts'
import { type Models, mongoModelsOn, mongoose } from './models.ts'
import { claimMongoDatabase } from './mongo-database.ts'
import { isMongoUnavailable, reasonOfMongoError, withoutMongoSecrets } from './mongo-error.ts'

/**
 * How long the driver waits for a server, for a free connection, for a new one and for an answer.
 * What the address says of these wins.
 */
const PATIENCE = {
  serverSelectionTimeoutMS: 2_000,
  waitQueueTimeoutMS: 2_000,
  connectTimeoutMS: 2_000,
  socketTimeoutMS: 3_000,
  // How soon the driver looks again for a server whose connection broke.
  minHeartbeatFrequencyMS: 50,
  retryReads: false, // a second try would double the wait
  maxAdaptiveRetries: 0,
}

/** How long the driver waits for the answer to a call that reads or deletes much. */
const LONG_ANSWER_MS = 60_000

/** How long it may take to connect, and to make indexes where there are none yet. */
const LONGEST_OPENING_MS = 60_000
/** The same where the indexes are there. */
const LONGEST_REOPENING_MS = 5_000

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

/** Codes of MongoServerError: Unauthorized, AuthenticationFailed, and Atlas's own. */
const REFUSED_LOGIN: ReadonlySet<unknown> = new Set([13, 18, 8000])
/** CannotCreateIndex, IndexOptionsConflict and IndexKeySpecsConflict. */
const INDEX_CONFLICT: ReadonlySet<unknown> = new Set([67, 85, 86])

interface MongoAddress {
  readonly uri: string
  readonly databaseName: string
  /** How long the driver waits for an answer, and for that to a call of much work. */
  readonly answerWithinMs?: number | undefined
  readonly longAnswerWithinMs?: number | undefined
}

/** What is used of a MongoDB. It is thrown away with its connection. */
export interface MongoLink {
  readonly connection: Connection
  readonly models: Models
  /**
   * The same, with more patience, for purges, sweeps and rooms that are loaded. On FerretDB each of
   * their calls reads a whole collection.
   */
  readonly patient: { readonly connection: Connection; readonly models: Models }
}

/** Closes both connections. They may hang. */
export async function closeMongoLink({ connection, patient }: MongoLink): Promise<void> {
  await Promise.allSettled([connection.close(), patient.connection.close()])
}

/**
 * Connects to MongoDB and makes the indexes. It tries until MongoDB is reached. Rejects with
 * `StoreSettingsError` when another try can't help, and with the signal's reason when that is
 * aborted.
 */
export async function connectToMongo(
  options: MongoAddress & { readonly log: CoreLog; readonly signal?: AbortSignal | undefined },
): Promise<MongoLink> {
  const { uri, databaseName, log, signal } = options
  const mongodb = withoutMongoSecrets(uri)
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      const link = await openMongoLink(options)
      log.info({ mongodb, database: databaseName, attempt }, 'connected to MongoDB')
      return link
    } catch (error) {
      if (error instanceof StoreSettingsError) throw error
      const isHopeless = isRefusedLogin(error) || isIndexConflict(error) || !isMongoUnavailable(error)
      if (isHopeless && !(error instanceof MongoSilenceError)) throw settingsError(mongodb, error)
      const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS)
      log.warn(
        { mongodb, attempt, retryInMs, reason: reasonOfMongoError(error) },
        'MongoDB does not answer; trying again',
      )
      await setTimeout(retryInMs, undefined, { signal })
    }
  }
}

/** Connects once more to a database that is known. */
export const reopenMongoLink = (address: MongoAddress): Promise<MongoLink> =>
  openMongoLink(address, LONGEST_REOPENING_MS)

/**
 * Connects once. The driver can wait for ever here as well. Rejects with its error, or
 * `MongoSilenceError`.
 */
export async function openMongoLink(
  address: MongoAddress,
  longestMs = LONGEST_OPENING_MS,
): Promise<MongoLink> {
  const connection = mongoose.createConnection()
  const patient = mongoose.createConnection()
  const link = {
    connection,
    models: mongoModelsOn(connection),
    patient: { connection: patient, models: mongoModelsOn(patient) },
  }
  try {
    await withinMongoTime(openBoth(link, address), longestMs)
    return link
  } catch (error) {
    void closeMongoLink(link)
    throw error
  }
}

async function openBoth({ connection, models, patient }: MongoLink, address: MongoAddress): Promise<void> {
  const { uri, databaseName, answerWithinMs: socketTimeoutMS = PATIENCE.socketTimeoutMS } = address
  const { longAnswerWithinMs = LONG_ANSWER_MS } = address
  const options = {
    ...withoutThoseIn(uri, { ...PATIENCE, socketTimeoutMS }),
    dbName: databaseName,
    writeConcern: { w: 'majority', journal: true },
  } as const
  await openWithConcerns(connection, uri, { ...options, maxPoolSize: 20 })
  await claimMongoDatabase(connection)
  for (const model of Object.values(models)) await model.createIndexes()
  const few = { socketTimeoutMS: longAnswerWithinMs, maxPoolSize: 4 }
  await openWithConcerns(patient.connection, uri, { ...options, ...few })
}

/** The driver would let options win over the address, where the operator has set them. */
function withoutThoseIn<Options extends object>(uri: string, options: Options): Partial<Options> {
  const inAddress = new URLSearchParams(uri.split('?')[1])
  const named = new Set([...inAddress.keys()].map(name => name.toLowerCase()))
  const others = Object.entries(options).filter(([name]) => !named.has(name.toLowerCase()))
  return Object.fromEntries(others) as Partial<Options> // a part of its entries
}

/**
 * Writes are asked to be durable on the majority of a replica set. What is read there must be so
 * too: another message could be shown, be rolled back, and its number be used again. A lone server
 * knows nothing of majorities, and need not support that read concern.
 */
async function openWithConcerns(connection: Connection, uri: string, options: ConnectOptions): Promise<void> {
  await connection.openUri(uri, options)
  const hello = await connection.db?.command({ hello: 1 })
  const isRouter = hello?.msg === 'isdbgrid'
  if (hello?.setName === undefined && !isRouter) return
  await connection.close()
  await connection.openUri(uri, { ...options, readConcernLevel: 'majority' })
}

const isIndexConflict = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && INDEX_CONFLICT.has(error.code)

const isRefusedLogin = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && REFUSED_LOGIN.has(error.code)

function settingsError(mongodb: string, error: unknown): StoreSettingsError {
  const reason = reasonOfMongoError(error)
  const advice = isRefusedLogin(error)
    ? 'check its name, password and authSource'
    : isIndexConflict(error)
      ? 'its indexes are not those of gifchat; choose another with --mongodb-database'
      : 'check --mongodb-uri or MONGODB_URI'
  return new StoreSettingsError(`Can't use the MongoDB at ${mongodb} (${reason}): ${advice}.`, {
    cause: error,
  })
}
