import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type FoundServer, findBackgroundServers } from './background-servers.ts'
import type { BackgroundTexts } from './background-texts.ts'
import { stateDirectory } from './settings/user-directories.ts'
import { makeStoreDirectories } from './store/embedded/store-files.ts'

/** What a server that was started for the background says of its start, once. */
export type StartReport =
  /** `lines` are for whoever started it. */
  | { readonly kind: 'listening'; readonly lines: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string }

interface Output {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

/** A log that is larger begins anew, and the old one is kept beside it. */
const LARGEST_LOG_BYTES = 4 * 1024 * 1024

/** The file to which a server in the background writes its log. */
export const backgroundLogFile = (port: number): string => join(stateDirectory(), `serve-${port}.log`)

/**
 * Starts a server that goes on when this process ends, and waits until it listens. Resolves with
 * the exit code.
 */
export async function startInBackground(
  args: readonly string[],
  port: number,
  texts: BackgroundTexts,
  { stdout, stderr }: Output,
): Promise<number> {
  let log: number
  try {
    log = openLog(port)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    stderr.write(`gifchat serve: ${texts.noState(why)}\n`)
    return 1
  }
  const [node, program = ''] = process.argv
  const child = spawn(node ?? process.execPath, [program, 'serve', '--in-background', ...args], {
    // A session of its own: a terminal that is closed does not end it.
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
  })
  closeSync(log)
  const giveUp = () => child.kill()
  process.once('SIGINT', giveUp)
  process.once('SIGTERM', giveUp)
  const report = await reportOf(child)
  if (report.kind === 'failed') {
    stderr.write(`gifchat serve: ${report.why}\n`)
    if (await isTaken(port)) stderr.write(`${texts.isThere}\n`)
    return 1
  }
  stdout.write(`${report.lines.join('\n')}\n${texts.started(child.pid ?? 0)}\n`)
  child.disconnect()
  child.unref()
  return 0
}

async function reportOf(child: ChildProcess): Promise<StartReport> {
  const exited = once(child, 'exit')
  // What a child said last is heard before it disconnects, but not always before it exits.
  const [report]: StartReport[] = await Promise.race([once(child, 'message'), once(child, 'disconnect')])
  if (report !== undefined) return report
  const [code, signal] = await exited
  return { kind: 'failed', why: `it ended with ${code ?? signal}` }
}

const isTaken = async (port: number): Promise<boolean> =>
  (await findBackgroundServers()).some(({ server }) => server?.port === port)

/** Lists the servers in the background. The exit code is 1 if there is none. */
export async function showBackgroundServers(texts: BackgroundTexts, { stdout }: Output): Promise<number> {
  const found = await findBackgroundServers()
  const lines = found.map(({ pid, server }) =>
    server === undefined ? texts.silent(pid) : texts.running(server),
  )
  stdout.write(`${(lines.length === 0 ? [texts.none] : lines).join('\n')}\n`)
  return lines.length === 0 ? 1 : 0
}

/** Stops the server on this port, or the only one. The exit code is 1 if none was stopped. */
export async function stopBackgroundServer(
  port: number | undefined,
  texts: BackgroundTexts,
  { stdout, stderr }: Output,
): Promise<number> {
  const all = await findBackgroundServers()
  const meant = port === undefined ? all : all.filter(({ server }) => server?.port === port)
  if (meant.length > 1) {
    const ports = meant.flatMap(({ server }) => server?.port ?? [])
    stderr.write(`${texts.several(ports)}\n`)
    return 2
  }
  const [found] = meant
  if (found === undefined) {
    stderr.write(`${texts.none}\n`)
    return 1
  }
  if (!(await found.stop())) {
    stderr.write(`${texts.silent(found.pid)}\n`)
    return 1
  }
  stdout.write(`${texts.stopped(nameOf(found))}\n`)
  return 0
}

const nameOf = ({ server, pid }: FoundServer): string => server?.url ?? String(pid)

function openLog(port: number): number {
  makeStoreDirectories(stateDirectory())
  const path = backgroundLogFile(port)
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (bytes > LARGEST_LOG_BYTES) renameSync(path, `${path}.old`)
  return openSync(path, 'a', 0o600)
}
