import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { HostedServer } from '../app/hosted-server.ts'
import { CannotServeError } from '../commands/shell/exit-codes.ts'
import { addressesForOthers } from '../identity/server-address-for-others.ts'
import type { TokenFile } from '../identity/token-file.ts'

type HostReport = import('../../server/hosting.ts').HostReport
type HostRequest = import('../../server/hosting.ts').HostRequest

/** A server that this program runs, because none answered. */
export interface OwnServer extends HostedServer {
  readonly url: string
  /** Whether it goes on in the background. */
  readonly isDetached: boolean
  /** Resolves if the server ends though nobody here asked for it. */
  readonly lost: Promise<void>
  /** Ends the server, unless it goes on in the background. */
  close(): Promise<void>
}

/** Where the token file keeps the secret: under a name that is no server's address. */
const SECRET_ENTRY = 'own server'
const OWN_SETTINGS = { host: '127.0.0.1', port: 8005, path: '', durability: 'none' }
/** GIFs and messages are in memory, so there may be fewer of them than on a disk. */
const GIF_BYTES = 256 * 1024 * 1024
const MESSAGE_BYTES = 128 * 1024 * 1024
/** How long the server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000
/** The build puts this file beside the bundle. */
const PROGRAM_URL = new URL('./hosted-server.js', import.meta.url)

/**
 * Starts a server for this machine alone, in a process of its own that ends with this one. The
 * server keeps its rooms in memory and nowhere else, so whatever ends it leaves nothing of them.
 * What signs its tokens is kept in the token file, so that people have the same colour the next
 * time. Rejects with `CannotServeError`.
 */
export async function startOwnServer(
  env: Readonly<Record<string, string | undefined>>,
  tokenFile: TokenFile,
): Promise<OwnServer> {
  const { readServerConfig } = await import('../../server/config.ts')
  // A session of its own: signals for this program's terminal are not for the server.
  const child = fork(PROGRAM_URL, {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  let isDetached = false
  let isEnding = false
  const { promise: lost, resolve: onLost } = Promise.withResolvers<void>()
  child.once('exit', () => {
    if (!isDetached && !isEnding) onLost()
  })
  try {
    const { MONGODB_URI: _uri, MONGO_ID: _user, ...rest } = env
    const limits = {
      gifBytes: rest.GIFCHAT_GIF_BYTES ?? GIF_BYTES,
      messageBytes: rest.GIFCHAT_MESSAGE_BYTES ?? MESSAGE_BYTES,
    }
    const config = readServerConfig({ ...OWN_SETTINGS, ...limits }, rest)
    const secret = config.secret ?? (await keptSecret(tokenFile))
    const { url } = await ask(child, { kind: 'start', config: { ...config, secret } }, 'listening')
    return {
      url,
      get isDetached() {
        return isDetached
      },
      async share() {
        const servers = addressesForOthers(url)
        const hostOf = (server: string) => new URL(server).hostname.replace(/^\[|\]$/g, '')
        if (servers.length === 0) return servers
        const { hosts } = await ask(child, { kind: 'share', hosts: servers.map(hostOf) }, 'shared')
        return servers.filter(server => hosts.includes(hostOf(server)))
      },
      async countGuests() {
        return Math.max(0, (await ask(child, { kind: 'count' }, 'connections')).count - 1)
      },
      async detach() {
        await ask(child, { kind: 'detach' }, 'detached')
        isDetached = true
        child.disconnect()
        child.unref()
      },
      lost,
      async close() {
        isEnding = true
        if (!isDetached) await stop(child)
      },
    }
  } catch (error) {
    child.kill()
    throw new CannotServeError(error instanceof Error ? error.message : String(error))
  }
}

/** Sends a request and resolves with the report of this kind that answers it. */
async function ask<Kind extends HostReport['kind']>(
  child: ChildProcess,
  request: HostRequest,
  kind: Kind,
): Promise<Extract<HostReport, { kind: Kind }>> {
  const answered = new AbortController()
  const signal = AbortSignal.any([answered.signal, AbortSignal.timeout(ANSWER_MS)])
  try {
    if (!child.connected) throw new Error('it has ended')
    child.send(request)
    const [report]: HostReport[] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => [{ kind: 'failed', why: 'it ended' } as const]),
    ])
    if (report?.kind !== kind) throw new Error(report?.kind === 'failed' ? report.why : 'it does not answer')
    return report as Extract<HostReport, { kind: Kind }> // the kind was just compared
  } finally {
    answered.abort()
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (!child.connected) return
  const ended = once(child, 'exit')
  child.send({ kind: 'stop' } satisfies HostRequest)
  await ended
}

async function keptSecret(tokenFile: TokenFile): Promise<string> {
  const kept = await tokenFile.read(SECRET_ENTRY)
  if (kept !== undefined) return kept
  const secret = randomBytes(32).toString('base64url')
  await tokenFile.write(SECRET_ENTRY, secret)
  return secret
}
