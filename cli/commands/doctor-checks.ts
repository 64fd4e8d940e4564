import { readFile, stat } from 'node:fs/promises'
import { LIMITS } from '../../protocol/limits.ts'
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
    readonly answeredAfterMs: number | undefined
    readonly version: string | undefined
  }
  readonly identity: { readonly path: string; readonly state: IdentityState }
  readonly versions: { readonly gifchat: string; readonly node: string; readonly platform: string }
}

type IdentityState = 'present' | 'absent' | 'unreadable' | 'damaged' | 'open'

const SERVER_LIMIT_MS = 5_000
/** Bytes of what a server says of itself, at most. */
const HEALTH_BYTES = 16 * 1024

/** Asks a server whether it is up, over HTTP and without a connection that counts. */
export async function doctorServerCheck(address: string, stopped: AbortSignal): Promise<Diagnosis['server']> {
  const url = new URL(`${address.replace(/^ws/, 'http')}/healthz`)
  const startedAt = performance.now()
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(SERVER_LIMIT_MS)])
    // A server that lives says so itself, and does not send us elsewhere.
    const response = await fetch(url, { signal, redirect: 'error' })
    const answer: unknown = JSON.parse(await readText(response))
    const answeredAfterMs = response.ok ? Math.round(performance.now() - startedAt) : undefined
    return { address, answeredAfterMs, version: versionIn(answer) }
  } catch {
    return { address, answeredAfterMs: undefined, version: undefined }
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
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
  if (isMultiplexed) advice.push('multiplexed')
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
