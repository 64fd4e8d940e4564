import { join } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'
import { describeServerSetting } from './setting.ts'

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
  .refine(
    path => path === '' || /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]{1,64}){1,8}$/.test(path),
    'begins with "/", as in /chat, and has letters, digits and . _ ~ - between each "/"',
  )

const dataDirectory = join(envPaths('gifchat', { suffix: '' }).data)

/** Where the server listens, where it keeps its data, and what it logs. */
export const RUNNING_SETTINGS = {
  port: describeServerSetting(
    'port',
    'PORT',
    z.coerce.number().int().min(0).max(65_535).default(8005),
    'port to listen on; 0 picks a free one',
  ),
  host: describeServerSetting(
    'host',
    'GIFCHAT_HOST',
    z
      .string()
      .transform(host => host.replace(/^\[(.*)\]$/, '$1'))
      .optional(),
    'address to listen on, IPv6 in brackets or without; all interfaces by default',
  ),
  path: describeServerSetting(
    'path',
    'GIFCHAT_PATH',
    pathSchema,
    'path under which everything is served, such as /chat, for a proxy that has other things beside it',
  ),
  data: describeServerSetting(
    'data',
    'GIFCHAT_DATA',
    z.string().min(1).default(dataDirectory),
    'directory of the embedded store',
  ),
  durability: describeServerSetting(
    'durability',
    'GIFCHAT_DURABILITY',
    z.enum(['none', 'process', 'power']).default('process'),
    'what an acknowledged message survives: `none` (all is kept in memory, and no file is written), a killed `process`, or a loss of `power`',
  ),
  mongodbUri: describeServerSetting(
    'mongodb-uri',
    'MONGODB_URI',
    z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//, 'begins with mongodb:// or mongodb+srv://')
      .optional(),
    'keep the data in this MongoDB instead',
    true,
  ),
  mongodbDatabase: describeServerSetting(
    'mongodb-database',
    'GIFCHAT_MONGODB_DATABASE',
    z
      .string()
      .regex(/^[\w-]{1,38}$/)
      .optional(),
    'the database in that MongoDB; by default the one in its address, or gifchat',
  ),
  redisUrl: describeServerSetting(
    'redis-url',
    'GIFCHAT_REDIS_URL',
    z
      .string()
      .regex(/^rediss?:\/\//, 'begins with redis:// or rediss://')
      .optional(),
    'be one of several servers on that MongoDB, which talk to each other over this Redis',
    true,
  ),
  redisPrefix: describeServerSetting(
    'redis-prefix',
    'GIFCHAT_REDIS_PREFIX',
    z
      .string()
      .regex(/^[\w:-]{1,64}$/)
      .default('gifchat:'),
    'how the names of channels in that Redis begin; other servers on it choose another',
  ),
  secret: describeServerSetting(
    'secret',
    'GIFCHAT_SECRET',
    z.string().min(16, 'needs at least 16 characters').optional(),
    'signs identities; by default one is made once and kept with the data',
    true,
  ),
  logLevel: describeServerSetting(
    'log-level',
    'GIFCHAT_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
    'debug, info, warn, error or silent; by default info, or warn on a terminal',
  ),
  logFormat: describeServerSetting(
    'log-format',
    'GIFCHAT_LOG_FORMAT',
    z.enum(['pretty', 'json']).optional(),
    'pretty or json; by default json, or pretty on a terminal',
  ),
  allowedOrigins: describeServerSetting(
    'allowed-origins',
    'GIFCHAT_ALLOWED_ORIGINS',
    listSchema,
    'origins of web pages that may connect, separated by commas',
  ),
  trustedProxies: describeServerSetting(
    'trusted-proxies',
    'GIFCHAT_TRUSTED_PROXIES',
    z.coerce.number().int().min(0).max(10).default(0),
    'how many proxies of yours stand in front of this server; their X-Forwarded-For is trusted',
  ),
} as const
