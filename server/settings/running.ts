import { z } from 'zod'
import { parseRedisAddress } from '../cluster/redis-address.ts'
import { choiceSetting, describeServerSetting, textSetting, wholeNumberSetting } from './setting.ts'
import { defaultDataDirectory } from './user-directories.ts'

const listSchema = z
  .string()
  .default('')
  .transform(text =>
    text
      .split(',')
      .map(entry => entry.trim())
      .filter(Boolean),
  )

/** What stands between two "/" of a path means nothing to a shell, nor to a URL. */
const pathSchema = z
  .string()
  .default('')
  .transform(text => text.replace(/\/$/, ''))
  .refine(path => path === '' || /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]{1,64}){1,8}$/.test(path))

const DURABILITIES = ['none', 'process', 'power'] as const
const LEAST_SECRET = 16
const PORT = { kind: 'whole', least: 0, most: 65_535 } as const
/** Empty if there is no home directory. That is refused where the directory is needed. */
const dataDirectory = defaultDataDirectory() ?? ''

/** Where the server listens, where it keeps its data, and what it logs. */
export const RUNNING_SETTINGS = {
  port: describeServerSetting(
    'port',
    'PORT',
    wholeNumberSetting(8005, 0, 65_535),
    'port to listen on; 0 picks a free one',
  ),
  host: describeServerSetting(
    'host',
    'GIFCHAT_HOST',
    textSetting(
      z
        .string()
        .transform(host => host.replace(/^\[(.*)\]$/, '$1'))
        .optional(),
    ),
    'address to listen on, IPv6 in brackets or without; all interfaces by default',
  ),
  path: describeServerSetting(
    'path',
    'GIFCHAT_PATH',
    textSetting(pathSchema, { kind: 'path' }),
    'path under which everything is served, such as /chat, for a proxy that has other things beside it',
  ),
  tlsCert: describeServerSetting(
    'tls-cert',
    'GIFCHAT_TLS_CERT',
    textSetting(z.string().min(1).optional()),
    'file with the certificate and its chain, as PEM: the server is at wss:// then; SIGHUP reads it again',
  ),
  tlsKey: describeServerSetting(
    'tls-key',
    'GIFCHAT_TLS_KEY',
    textSetting(z.string().min(1).optional()),
    "file with the certificate's key, as PEM",
  ),
  metricsPort: describeServerSetting(
    'metrics-port',
    'GIFCHAT_METRICS_PORT',
    { schema: z.coerce.number().int().min(0).max(65_535).optional(), wanted: PORT },
    'port of GET /metrics for Prometheus, apart from that of the clients; none by default',
  ),
  metricsHost: describeServerSetting(
    'metrics-host',
    'GIFCHAT_METRICS_HOST',
    textSetting(z.string().default('127.0.0.1')),
    'address on which the metrics can be asked for',
  ),
  data: describeServerSetting(
    'data',
    'GIFCHAT_DATA',
    textSetting(z.string().min(1).default(dataDirectory)),
    'directory of the embedded store',
  ),
  durability: describeServerSetting(
    'durability',
    'GIFCHAT_DURABILITY',
    textSetting(z.enum(DURABILITIES).default('process'), { kind: 'oneOf', values: DURABILITIES }),
    'what an acknowledged message survives: `none` (all is kept in memory, and no file is written), a killed `process`, or a loss of `power`',
  ),
  mongodbUri: describeServerSetting(
    'mongodb-uri',
    'MONGODB_URI',
    textSetting(
      z
        .string()
        .regex(/^mongodb(\+srv)?:\/\//)
        .optional(),
      { kind: 'mongodbAddress' },
    ),
    'keep the data in this MongoDB instead',
    true,
  ),
  mongodbDatabase: describeServerSetting(
    'mongodb-database',
    'GIFCHAT_MONGODB_DATABASE',
    textSetting(
      z
        .string()
        .regex(/^[\w-]{1,38}$/)
        .optional(),
      { kind: 'mongodbDatabase' },
    ),
    'the database in that MongoDB; by default the one in its address, or gifchat',
  ),
  redisUrl: describeServerSetting(
    'redis-url',
    'GIFCHAT_REDIS_URL',
    textSetting(
      z
        .string()
        .refine(text => parseRedisAddress(text) !== undefined)
        .transform(parseRedisAddress)
        .optional(),
      { kind: 'redisAddress' },
    ),
    'be one of several servers on that MongoDB, which talk to each other over this Redis',
    true,
  ),
  redisPrefix: describeServerSetting(
    'redis-prefix',
    'GIFCHAT_REDIS_PREFIX',
    textSetting(
      z
        .string()
        .regex(/^[\w:-]{1,64}$/)
        .default('gifchat:'),
      { kind: 'redisPrefix' },
    ),
    'how the names of channels in that Redis begin; other servers on it choose another',
  ),
  secret: describeServerSetting(
    'secret',
    'GIFCHAT_SECRET',
    textSetting(z.string().min(LEAST_SECRET).optional(), { kind: 'longer', least: LEAST_SECRET }),
    'signs identities; by default one is made once and kept with the data',
    true,
  ),
  logLevel: describeServerSetting(
    'log-level',
    'GIFCHAT_LOG_LEVEL',
    choiceSetting(['debug', 'info', 'warn', 'error', 'silent']),
    'debug, info, warn, error or silent; by default info, or warn on a terminal',
  ),
  logFormat: describeServerSetting(
    'log-format',
    'GIFCHAT_LOG_FORMAT',
    choiceSetting(['pretty', 'json']),
    'pretty or json; by default json, or pretty on a terminal',
  ),
  allowedOrigins: describeServerSetting(
    'allowed-origins',
    'GIFCHAT_ALLOWED_ORIGINS',
    textSetting(listSchema),
    'origins of web pages that may connect, separated by commas',
  ),
  trustedProxies: describeServerSetting(
    'trusted-proxies',
    'GIFCHAT_TRUSTED_PROXIES',
    wholeNumberSetting(0, 0, 10),
    'how many proxies of yours stand in front of this server; their X-Forwarded-For is trusted',
  ),
} as const
