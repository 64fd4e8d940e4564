import { readFile, stat } from 'node:fs/promises'
import { LIMITS } from '../../protocol/limits.ts'
import { createChatClient } from '../connection/chat-client.ts'
import { ServerUnreachableError, type UnreachableReason } from '../connection/client-events.ts'
import { certificateProblemOf } from '../connection/route/certificate.ts'
import { shownRouteProxy } from '../connection/route/proxy-settings.ts'
import { openServerRoute, type ServerRoute } from '../connection/route/server-route.ts'
import { urlOfServer } from '../identity/server-address.ts'
import { canShowPlaceholders, type GraphicsLevel } from '../terminal/ask/graphics.ts'
import type { TerminalReport } from '../terminal/ask/terminal-report.ts'

/** Something that the person can do about a finding. It is also the key of its sentence. */
type Advice =
  | 'silent'
  | 'multiplexed'
  | 'oldKitty'
  | 'text'
  | 'fewColors'
  | 'server'
  | 'tokenUnreadable'
  | 'tokenDamaged'
  | 'tokenOpen'

/** What `doctor` found. */
export interface Diagnosis {
  readonly terminal: TerminalReport | undefined
  readonly isMultiplexed: boolean
  /** False if the terminal would print the questions instead of answering them. */
  readonly wasAsked: boolean
  readonly graphics: { readonly level: GraphicsLevel; readonly isChosen: boolean }
  readonly server: {
    readonly address: string
    /** The proxy on the way there, and the variable that names it; undefined if there is none. */
    readonly proxy: { readonly address: string; readonly variable: string } | undefined
    readonly answeredAfterMs: number | undefined
    readonly version: string | undefined
    /** Set if its certificate, or what it answers to a client, keeps us away. */
    readonly problem: UnreachableReason | undefined
  }
  readonly identity: { readonly path: string; readonly state: IdentityState }
  readonly versions: { readonly gifchat: string; readonly node: string; readonly platform: string }
}

type IdentityState = 'present' | 'absent' | 'unreadable' | 'damaged' | 'open'

const SERVER_LIMIT_MS = 5_000
/** Bytes of what a server says of itself, at most. */
const HEALTH_BYTES = 16 * 1024

/** Asks a server whether it is up, over HTTP, and then says hello as a client does. */
export async function doctorServerCheck(
  address: string,
  env: Readonly<Record<string, string | undefined>>,
  stopped: AbortSignal,
): Promise<Diagnosis['server']> {
  const { url } = urlOfServer(address)
  const route = await openServerRoute(address, env)
  const proxy = route.proxy && { address: shownRouteProxy(route.proxy), variable: route.proxy.variable }
  const dispatcher = await route.openDispatcher({
    headersTimeout: SERVER_LIMIT_MS,
    bodyTimeout: SERVER_LIMIT_MS,
  })
  const startedAt = performance.now()
  try {
    const { statusCode, body } = await dispatcher.request({
      method: 'GET',
      origin: `${url.protocol.replace('ws', 'http')}//${url.host}`,
      path: `${url.pathname.replace(/\/$/, '')}/healthz`,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(SERVER_LIMIT_MS)]),
    })
    const answer: unknown = JSON.parse(await readText(body))
    // A server that lives says so itself, and does not send us elsewhere.
    const afterMs = Math.round(performance.now() - startedAt)
    const problem = statusCode === 200 ? await helloProblem(address, route) : undefined
    const isAlive = statusCode === 200 && problem === undefined
    const answeredAfterMs = isAlive ? afterMs : undefined
    return { address, proxy, answeredAfterMs, version: versionIn(answer), problem }
  } catch (error) {
    const problem = certificateProblemOf(error)
    return { address, proxy, answeredAfterMs: undefined, version: undefined, problem }
  } finally {
    await dispatcher.destroy()
  }
}

/** What keeps a client away from a server that lives; undefined if it is let in, or may wait. */
async function helloProblem(server: string, route: ServerRoute): Promise<UnreachableReason | undefined> {
  const client = createChatClient({ server, route, role: 'observer', answerMs: SERVER_LIMIT_MS })
  const { promise: waited, resolve } = Promise.withResolvers<UnreachableReason | undefined>()
  const patience = setTimeout(() => resolve('silent'), SERVER_LIMIT_MS)
  client.subscribe(event => {
    if (event.type === 'status' && event.status.state === 'queueing') resolve(undefined)
  })
  const welcomed = client.connect().then(
    () => undefined,
    error => (error instanceof ServerUnreachableError ? error.reason : 'notGifchat'),
  )
  try {
    return await Promise.race([welcomed, waited])
  } finally {
    clearTimeout(patience)
    await client.close()
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > HEALTH_BYTES) throw new Error('a server that lives says so in a few words')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Looks at the token file without changing it. */
export async function doctorIdentityCheck(path: string): Promise<Diagnosis['identity']> {
  try {
    const { mode } = await stat(path)
    JSON.parse(await readFile(path, 'utf8'))
    const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
    return { path, state: isOpen ? 'open' : 'present' }
  } catch (error) {
    if (error instanceof SyntaxError) return { path, state: 'damaged' }
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { path, state: isAbsent ? 'absent' : 'unreadable' }
  }
}

/** What the person can do, the most important first. */
export function doctorAdvice({
  terminal,
  isMultiplexed,
  wasAsked,
  graphics,
  server,
  identity,
}: Diagnosis): readonly Advice[] {
  const advice: Advice[] = []
  if (server.answeredAfterMs === undefined) advice.push('server')
  if (identity.state === 'unreadable') advice.push('tokenUnreadable')
  if (identity.state === 'damaged') advice.push('tokenDamaged')
  if (identity.state === 'open') advice.push('tokenOpen')
  if (terminal === undefined || graphics.isChosen) return advice
  if (isMultiplexed && !graphics.level.startsWith('kitty')) advice.push('multiplexed')
  else if (wasAsked && terminal.answeredAfterMs === undefined) advice.push('silent')
  else if (isOldKitty(terminal)) advice.push('oldKitty')
  if (graphics.level === 'text') advice.push('text')
  else if (graphics.level === '16' || graphics.level === '256') advice.push('fewColors')
  return advice
}

const isOldKitty = (terminal: TerminalReport): boolean =>
  /^kitty\(/.test(terminal.version ?? '') && terminal.hasKittyGraphics && !canShowPlaceholders(terminal)

const isVersion = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LIMITS.serverNameLength

const versionIn = (answer: unknown): string | undefined =>
  typeof answer === 'object' && answer !== null && 'version' in answer && isVersion(answer.version)
    ? answer.version
    : undefined
