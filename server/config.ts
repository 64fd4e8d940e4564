import { z } from 'zod'
import { LIFETIME_SETTINGS } from './settings/lifetimes.ts'
import { LIMIT_SETTINGS } from './settings/limits.ts'
import { RUNNING_SETTINGS } from './settings/running.ts'

/** Every setting of the server; the table in docs/SETTINGS.md is this list. */
export const SETTINGS = { ...RUNNING_SETTINGS, ...LIFETIME_SETTINGS, ...LIMIT_SETTINGS } as const

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
export class ServerConfigError extends Error {
  override readonly name = 'ServerConfigError'
}

/** Joins flags and environment into one frozen Config. Throws `ServerConfigError`. */
export function readServerConfig(
  flags: ConfigInput,
  env: Readonly<Record<string, string | undefined>>,
): Config {
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
  throw new ServerConfigError(`--${setting.flag} (${setting.env}): ${issue?.message ?? 'not usable'}`)
}

/**
 * The address of a MongoDB on this machine, if MONGO_ID and MONGO_PASSWORD are set, as in a
 * textbook.
 */
function mongodbUriOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { MONGO_ID: user, MONGO_PASSWORD: password } = env
  if (!user && !password) return undefined
  if (!user || !password)
    throw new ServerConfigError('MONGO_ID and MONGO_PASSWORD go together: set both, or neither')
  return `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost:27017/admin?authSource=admin`
}
