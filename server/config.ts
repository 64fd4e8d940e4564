import { z } from 'zod'
import { LIFETIME_SETTINGS } from './settings/lifetimes.ts'
import { LIMIT_SETTINGS } from './settings/limits.ts'
import { RUNNING_SETTINGS } from './settings/running.ts'
import type { Wanted } from './settings/setting.ts'

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

/** What is wrong with the settings. */
export type ConfigProblem =
  /** `value` is undefined for a secret. `source` is where it came from. */
  | {
      readonly kind: 'notAllowed'
      readonly source: string
      readonly value: string | undefined
      readonly wanted: Wanted
    }
  | { readonly kind: 'halfMongoLogin' }

/** A setting has a value that is not allowed. */
export class ServerConfigError extends Error {
  override readonly name = 'ServerConfigError'
  readonly problem: ConfigProblem

  constructor(problem: ConfigProblem) {
    super(problem.kind === 'notAllowed' ? `${problem.source} has a wrong value` : problem.kind)
    this.problem = problem
  }
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
  const name = issue?.path[0] as keyof typeof SETTINGS // the schema has these keys
  const { flag, env: variable, wanted, isSecret } = SETTINGS[name]
  const source = flags[name] === undefined ? variable : `--${flag}`
  const value = isSecret === true ? undefined : String(input[name])
  throw new ServerConfigError({ kind: 'notAllowed', source, value, wanted })
}

/**
 * The address of a MongoDB on this machine, if MONGO_ID and MONGO_PASSWORD are set, as in a
 * textbook.
 */
function mongodbUriOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { MONGO_ID: user, MONGO_PASSWORD: password } = env
  if (!user && !password) return undefined
  if (!user || !password) throw new ServerConfigError({ kind: 'halfMongoLogin' })
  return `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost:27017/admin?authSource=admin`
}
