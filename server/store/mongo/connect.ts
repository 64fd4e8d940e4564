import { setTimeout } from 'node:timers/promises'
import type { Connection, ConnectOptions } from 'mongoose'
import type { CoreLog } from '../../chat/core-log.ts'
import { StoreSettingsError } from '../store-settings-error.ts'
import { type Models, mongoose, openMongoModels } from './models.ts'
import { isMongoUnavailable } from './mongo-error.ts'

/**
 * How long the driver waits for a server, for a free connection, for a new one and for an answer.
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

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

/** Codes of MongoServerError: Unauthorized, AuthenticationFailed, and Atlas's own. */
const REFUSED_LOGIN: ReadonlySet<unknown> = new Set([13, 18, 8000])

/**
 * Connects to MongoDB and makes the indexes. It tries until MongoDB is reached. Rejects with
 * `StoreSettingsError` when another try can't help, and with the signal's reason when that is
 * aborted.
 */
export async function connectToMongo(options: {
  readonly uri: string
  readonly databaseName: string
  readonly log: CoreLog
  readonly signal?: AbortSignal | undefined
  /** How long the driver waits for an answer. */
  readonly answerWithinMs?: number
}): Promise<{ readonly connection: Connection; readonly models: Models }> {
  const { uri, databaseName, log, signal, answerWithinMs = PATIENCE.socketTimeoutMS } = options
  const mongodb = withoutSecrets(uri)
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    const connection = mongoose.createConnection()
    try {
      await openWithConcerns(connection, uri, {
        ...PATIENCE,
        socketTimeoutMS: answerWithinMs,
        dbName: databaseName,
        maxPoolSize: 20,
        writeConcern: { w: 'majority', journal: true },
      })
      const models = await openMongoModels(connection)
      log.info({ mongodb, database: databaseName, attempt }, 'connected to MongoDB')
      return { connection, models }
    } catch (error) {
      await connection.close()
      if (isRefusedLogin(error) || !isMongoUnavailable(error)) throw settingsError(mongodb, error)
      const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS)
      log.warn(
        { mongodb, attempt, retryInMs, reason: withoutSecrets(String(error)) },
        'MongoDB does not answer; trying again',
      )
      await setTimeout(retryInMs, undefined, { signal })
    }
  }
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

const isRefusedLogin = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && REFUSED_LOGIN.has(error.code)

function settingsError(mongodb: string, error: unknown): StoreSettingsError {
  const reason = withoutSecrets(error instanceof Error ? error.message : String(error))
  const advice = isRefusedLogin(error)
    ? 'check its name, password and authSource'
    : 'check --mongodb-uri or MONGODB_URI'
  return new StoreSettingsError(`Can't use the MongoDB at ${mongodb} (${reason}): ${advice}.`, {
    cause: error,
  })
}

/** `text` without the parts of a MongoDB address before its host and after its path. */
const withoutSecrets = (text: string): string => text.replace(/\/\/.*@/g, '//').replace(/\?\S*/g, '')
