import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { findBackgroundServers } from './background-servers.ts'
import type { BackgroundTexts } from './background-texts.ts'
import type { ServeVoice } from './serve-voice.ts'
import { openBackgroundLog } from './settings/state-directory.ts'

/** What a server that was started for the background says of its start, once. */
export type StartReport =
  /** What whoever started it is told. */
  | {
      readonly kind: 'listening'
      readonly sentences: readonly string[]
      readonly facts: readonly object[]
    }
  | { readonly kind: 'failed'; readonly why: string }

/**
 * Starts a server that goes on when this process ends, and waits until it listens. Resolves with
 * the exit code.
 */
export async function startInBackground(
  args: readonly string[],
  port: number,
  texts: BackgroundTexts,
  voice: ServeVoice,
): Promise<number> {
  let log: number
  try {
    log = openBackgroundLog(port)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return voice.fail({ code: 'failed', exitCode: 1 }, texts.noState(why))
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
  if (report.kind === 'failed') return voice.fail({ code: 'failed', exitCode: 1 }, report.why)
  voice.tell([...report.sentences, texts.started(child.pid ?? 0)], report.facts)
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

/** Lists the servers in the background. The exit code is 1 if there is none. */
export async function showBackgroundServers(texts: BackgroundTexts, voice: ServeVoice): Promise<number> {
  const found = await findBackgroundServers()
  if (found.length === 0) {
    voice.tell([texts.none], [])
    return 1
  }
  voice.tell(
    found.map(({ pid, server }) => (server === undefined ? texts.silent(pid) : texts.running(server))),
    found.map(({ pid, server }) => server ?? { pid, isSilent: true }),
  )
  return 0
}

/** Stops the server on this port, or the only one. The exit code is 1 if none was stopped. */
export async function stopBackgroundServer(
  port: number | undefined,
  texts: BackgroundTexts,
  voice: ServeVoice,
): Promise<number> {
  const all = await findBackgroundServers()
  const meant = port === undefined ? all : all.filter(({ server }) => server?.port === port)
  if (meant.length > 1) {
    const ports = meant.flatMap(({ server }) => server?.port ?? [])
    return voice.fail({ code: 'usage', exitCode: 2 }, texts.several(ports))
  }
  const [found] = meant
  if (found === undefined) return voice.fail({ code: 'notFound', exitCode: 1 }, texts.none)
  const { pid, server } = found
  if (!(await found.stop())) return voice.fail({ code: 'silent', exitCode: 1 }, texts.silent(pid))
  voice.tell([texts.stopped(server?.url ?? String(pid))], [{ stopped: server ?? { pid } }])
  return 0
}
