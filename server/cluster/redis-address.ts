/** Where Redis is: one server, the sentinels that know which one it is, or a cluster. */
export interface RedisAddress {
  readonly kind: 'server' | 'sentinel' | 'cluster'
  readonly isTls: boolean
  readonly username?: string
  readonly password?: string
  /** Of the server, of all sentinels, or of some servers of the cluster. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  readonly database: number
  /** What the sentinels call the server that they watch. */
  readonly name?: string
}

const PORTS = { server: 6379, sentinel: 26_379, cluster: 6379 } as const

/**
 * `redis://host`, `redis-sentinel://host,host#name` or `redis-cluster://host,host`, which is how
 * Java's Lettuce writes them; with `rediss` for TLS, `user:password@`, ports, and a database behind
 * a slash. A cluster has one database.
 */
const ADDRESS =
  /^redis(?<tls>s?)(?:-(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^:@/#]*)(?::(?<password>[^@/#]*))?@)?(?<hosts>[^@/#?]+)(?:\/(?<database>\d{0,5}))?(?:#(?<name>[\w.-]{1,64}))?$/
const HOST = /^(?<host>[\w.-]+|\[[\da-fA-F:.]+\])(?::(?<port>\d{1,5}))?$/

/** What an address says; undefined where it has none of the forms. */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  const parts = ADDRESS.exec(text)?.groups
  if (parts === undefined) return undefined
  const kind = (parts.kind ?? 'server') as RedisAddress['kind'] // as the expression has it
  const hosts = (parts.hosts ?? '').split(',').map(host => HOST.exec(host)?.groups)
  const named = hosts.flatMap(found => {
    const port = Number(found?.port ?? PORTS[kind])
    const host = found?.host?.replace(/^\[(.*)\]$/, '$1')
    return host === undefined || port < 1 || port > 65_535 ? [] : [{ host, port }]
  })
  const database = Number(parts.database || 0)
  const isWhole =
    named.length === hosts.length &&
    (kind !== 'server' || hosts.length === 1) &&
    (kind === 'sentinel') === (parts.name !== undefined) &&
    (kind !== 'cluster' || database === 0)
  const username = decoded(parts.user)
  const password = decoded(parts.password)
  if (!isWhole || username === null || password === null) return undefined
  return {
    kind,
    isTls: parts.tls === 's',
    ...(username && { username }),
    ...(password && { password }),
    hosts: named,
    database,
    ...(parts.name !== undefined && { name: parts.name }),
  }
}

/** Without percent signs; null where they make no sense. */
function decoded(part: string | undefined): string | undefined | null {
  try {
    return part && decodeURIComponent(part)
  } catch {
    return null
  }
}
