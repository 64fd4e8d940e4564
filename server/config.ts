import { join } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'

/**
 * One setting of an operator. The flag wins over the variable, and the variable over the default.
 */
interface Setting<Schema extends z.ZodType> {
  readonly schema: Schema
  /** The flag without its dashes. */
  readonly flag: string
  readonly env: string
  readonly help: string
  /** Left out of the process list and of logs. */
  readonly isSecret?: boolean
}

const describeSetting = <Schema extends z.ZodType>(
  flag: string,
  env: string,
  schema: Schema,
  help: string,
  isSecret = false,
): Setting<Schema> => ({ flag, env, schema, help, isSecret })

const countSchema = (fallback: number) => z.coerce.number().int().min(1).default(fallback)
const millisecondsSchema = (fallback: number) => z.coerce.number().int().min(0).default(fallback)
const rateSchema = (fallback: number) => z.coerce.number().positive().default(fallback)
const listSchema = z
  .string()
  .default('')
  .transform(text =>
    text
      .split(',')
      .map(entry => entry.trim())
      .filter(Boolean),
  )

const dataDirectory = join(envPaths('gifchat', { suffix: '' }).data)

/** Every setting of the server; the table in docs/SETTINGS.md is this list. */
export const SETTINGS = {
  port: describeSetting(
    'port',
    'PORT',
    z.coerce.number().int().min(0).max(65_535).default(8005),
    'port to listen on; 0 picks a free one',
  ),
  host: describeSetting(
    'host',
    'GIFCHAT_HOST',
    z.string().optional(),
    'address to listen on; all interfaces by default',
  ),
  data: describeSetting(
    'data',
    'GIFCHAT_DATA',
    z.string().min(1).default(dataDirectory),
    'directory of the embedded store',
  ),
  durability: describeSetting(
    'durability',
    'GIFCHAT_DURABILITY',
    z.enum(['process', 'power']).default('process'),
    'what an acknowledged message survives in the embedded store: a killed `process`, or a loss of `power`',
  ),
  mongodbUri: describeSetting(
    'mongodb-uri',
    'MONGODB_URI',
    z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//, 'begins with mongodb:// or mongodb+srv://')
      .optional(),
    'keep the data in this MongoDB instead',
    true,
  ),
  mongodbDatabase: describeSetting(
    'mongodb-database',
    'GIFCHAT_MONGODB_DATABASE',
    z
      .string()
      .regex(/^[\w-]{1,38}$/)
      .default('gifchat'),
    'the database in that MongoDB',
  ),
  secret: describeSetting(
    'secret',
    'GIFCHAT_SECRET',
    z.string().min(16, 'needs at least 16 characters').optional(),
    'signs identities; by default one is made once and kept with the data',
    true,
  ),
  logLevel: describeSetting(
    'log-level',
    'GIFCHAT_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
    'debug, info, warn, error or silent; by default info, or warn on a terminal',
  ),
  emptyRoomGraceMs: describeSetting(
    'empty-room-grace-ms',
    'GIFCHAT_EMPTY_ROOM_GRACE_MS',
    millisecondsSchema(2_000),
    'ms from the last exit until a room is deleted',
  ),
  seatHoldMs: describeSetting(
    'seat-hold-ms',
    'GIFCHAT_SEAT_HOLD_MS',
    millisecondsSchema(10_000),
    'ms that a seat is kept after its connection broke',
  ),
  unenteredRoomMs: describeSetting(
    'unentered-room-ms',
    'GIFCHAT_UNENTERED_ROOM_MS',
    millisecondsSchema(60_000),
    'ms until a room that nobody entered is deleted',
  ),
  startupGraceMs: describeSetting(
    'startup-grace-ms',
    'GIFCHAT_STARTUP_GRACE_MS',
    millisecondsSchema(30_000),
    'ms that rooms found at start-up wait for their members',
  ),
  unpostedGifMs: describeSetting(
    'unposted-gif-ms',
    'GIFCHAT_UNPOSTED_GIF_MS',
    millisecondsSchema(60_000),
    'ms until a GIF that was uploaded but not posted is deleted',
  ),
  restartWindowMs: describeSetting(
    'restart-window-ms',
    'GIFCHAT_RESTART_WINDOW_MS',
    millisecondsSchema(2_000),
    'ms over which clients are asked to spread their return after a restart',
  ),
  heartbeatMs: describeSetting(
    'heartbeat-ms',
    'GIFCHAT_HEARTBEAT_MS',
    countSchema(15_000),
    'ms between pings; a client that misses two is disconnected',
  ),
  helloTimeoutMs: describeSetting(
    'hello-timeout-ms',
    'GIFCHAT_HELLO_TIMEOUT_MS',
    countSchema(10_000),
    'ms that a connection may take to say hello',
  ),
  sendBufferBytes: describeSetting(
    'send-buffer-bytes',
    'GIFCHAT_SEND_BUFFER_BYTES',
    countSchema(8 * 1024 * 1024),
    'bytes that may wait for one slow client',
  ),
  waitingBytesPerAddress: describeSetting(
    'waiting-bytes-per-address',
    'GIFCHAT_WAITING_BYTES_PER_ADDRESS',
    countSchema(128 * 1024 * 1024),
    'bytes that may wait for the slow clients of one address',
  ),
  waitingBytes: describeSetting(
    'waiting-bytes',
    'GIFCHAT_WAITING_BYTES',
    countSchema(256 * 1024 * 1024),
    'bytes that may wait for all slow clients together',
  ),
  slowConsumerMs: describeSetting(
    'slow-consumer-ms',
    'GIFCHAT_SLOW_CONSUMER_MS',
    countSchema(10_000),
    'ms a client may read nothing while something waits for it',
  ),
  maxConnections: describeSetting(
    'max-connections',
    'GIFCHAT_MAX_CONNECTIONS',
    countSchema(20_000),
    'connections at once',
  ),
  connectionsPerAddress: describeSetting(
    'connections-per-address',
    'GIFCHAT_CONNECTIONS_PER_ADDRESS',
    countSchema(1_000),
    'connections at once from one address',
  ),
  roomsPerUser: describeSetting(
    'rooms-per-user',
    'GIFCHAT_ROOMS_PER_USER',
    countSchema(10),
    'open rooms that one identity may have created',
  ),
  messagesPerSecond: describeSetting(
    'messages-per-second',
    'GIFCHAT_MESSAGES_PER_SECOND',
    rateSchema(20),
    'messages a second on one connection; bursts of twice as many',
  ),
  requestsPerSecond: describeSetting(
    'requests-per-second',
    'GIFCHAT_REQUESTS_PER_SECOND',
    rateSchema(100),
    'frames a second on one connection; bursts of twice as many',
  ),
  joinsPerSecond: describeSetting(
    'joins-per-second',
    'GIFCHAT_JOINS_PER_SECOND',
    rateSchema(50),
    'joins a second from one address; bursts of ten times as many',
  ),
  creationsPerMinute: describeSetting(
    'creations-per-minute',
    'GIFCHAT_CREATIONS_PER_MINUTE',
    rateSchema(30),
    'rooms created a minute from one address; bursts of as many',
  ),
  uploadsPerMinute: describeSetting(
    'uploads-per-minute',
    'GIFCHAT_UPLOADS_PER_MINUTE',
    rateSchema(60),
    'GIFs uploaded a minute from one address; bursts of as many',
  ),
  gifBytesPerRoom: describeSetting(
    'gif-bytes-per-room',
    'GIFCHAT_GIF_BYTES_PER_ROOM',
    countSchema(128 * 1024 * 1024),
    'bytes of GIFs that one room may hold',
  ),
  gifBytes: describeSetting(
    'gif-bytes',
    'GIFCHAT_GIF_BYTES',
    countSchema(4 * 1024 * 1024 * 1024),
    'bytes of GIFs that all rooms together may hold',
  ),
  allowedOrigins: describeSetting(
    'allowed-origins',
    'GIFCHAT_ALLOWED_ORIGINS',
    listSchema,
    'origins of web pages that may connect, separated by commas',
  ),
  trustedProxies: describeSetting(
    'trusted-proxies',
    'GIFCHAT_TRUSTED_PROXIES',
    z.coerce.number().int().min(0).max(10).default(0),
    'how many proxies of yours stand in front of this server; their X-Forwarded-For is trusted',
  ),
} as const

const configSchema = z.object(
  // Object.fromEntries forgets which key has which schema, so the type says it again.
  Object.fromEntries(Object.entries(SETTINGS).map(([name, { schema }]) => [name, schema])) as {
    [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['schema']
  },
)

/** All settings of a server, checked. */
export type Config = Readonly<z.output<typeof configSchema>>
/**
 * Settings as text from flags, or as values from a program. Others come from the environment or the
 * default.
 */
export type ConfigInput = { readonly [Name in keyof typeof SETTINGS]?: string | number | undefined }

/** A setting has a value that is not allowed. The message is for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Joins flags and environment into one frozen Config. Throws `ConfigError`. */
export function readConfig(flags: ConfigInput, env: Readonly<Record<string, string | undefined>>): Config {
  const input: Record<string, unknown> = {}
  for (const [name, { env: variable }] of Object.entries(SETTINGS)) {
    const fromEnv = env[variable]
    // Name is a key of SETTINGS: it comes from there.
    input[name] = flags[name as keyof typeof SETTINGS] ?? (fromEnv === '' ? undefined : fromEnv)
  }
  input.mongodbUri ??= mongodbUriOf(env)
  const result = configSchema.safeParse(input)
  if (result.success) return Object.freeze(result.data)
  const issue = result.error.issues[0]
  const setting = SETTINGS[issue?.path[0] as keyof typeof SETTINGS]
  throw new ConfigError(`--${setting.flag} (${setting.env}): ${issue?.message ?? 'not usable'}`)
}

/**
 * The address of a MongoDB on this machine, if MONGO_ID and MONGO_PASSWORD are set, as in a
 * textbook.
 */
function mongodbUriOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { MONGO_ID: user, MONGO_PASSWORD: password } = env
  if (!user || !password) return undefined
  return `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost:27017/admin?authSource=admin`
}
