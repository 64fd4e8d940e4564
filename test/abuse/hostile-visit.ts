import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KEYS, openTerminal } from '../support/terminal.ts'
import { startHostileServer } from './hostile-server.ts'
import { type Hostility, VISITORS, VISITORS_AT_TERMINALS, type Visitor } from './hostility.ts'

const program = join(import.meta.dirname, '../../bin/gifchat.js')

/** What came of a visit. */
export interface Visit {
  /** All that the client wrote. */
  readonly output: string
  /** Undefined when it did not end although it was told to. */
  readonly exitCode: number | undefined
  /** Milliseconds from being told to the end. */
  readonly endedAfterMs: number
  readonly mostMebibytes: number
  /** What it wrote to its file of tokens, by server. */
  readonly tokens: Readonly<Record<string, string>>
}

/** What a client in a terminal says of a server that is none. */
export const NOT_GIFCHAT = 'not a gifchat server'
/** Long after the half second in which a client should end. */
const PATIENCE_MS = 10_000
/** A visit that comes to nothing in this time has failed. */
const VISIT_MS = 30_000

/** A client at the edge of what the test does with it: two kinds of process behind one face. */
interface Client {
  readonly output: () => string
  readonly exited: Promise<number>
  /** Called after each output, and at the end. */
  onChange(look: () => void): void
  interrupt(): void
  kill(): void
}

/** Lets a visitor meet a server, ends it if it does not end itself, and says what came of it. */
export async function visit(visitor: Visitor, hostility: Hostility): Promise<Visit> {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-visit-'))
  const peakFile = join(directory, 'peak')
  const tokenFile = join(directory, 'tokens.json')
  await using server = await startHostileServer(hostility)
  const env = {
    GIFCHAT_SERVER: server.url,
    GIFCHAT_TOKEN_FILE: tokenFile,
    NODE_OPTIONS: `--import=${reportPeak(peakFile)}`,
  }
  await using client = await start(visitor, directory, env)
  const timer = setTimeout(() => client.kill(), VISIT_MS)
  const exited = client.exited.then(() => 'ended' as const)
  const { until } = hostility
  if (until === 'met') await Promise.race([exited, server.met])
  else if (until !== 'ended')
    await Promise.race([exited, seen(client, until === 'refused' ? NOT_GIFCHAT : 'harmless')])
  // What ends by itself gets the time for it; the rest is told to.
  if (until !== 'ended' && !(until === 'refused' && visitor in VISITORS)) client.interrupt()
  const toldAt = performance.now()
  const patience = setTimeout(() => client.kill(), PATIENCE_MS)
  const exitCode = await client.exited
  clearTimeout(patience)
  clearTimeout(timer)
  const isOver = existsSync(peakFile)
  const result = {
    output: client.output(),
    exitCode: isOver ? exitCode : undefined,
    endedAfterMs: performance.now() - toldAt,
    mostMebibytes: isOver ? Number(await readFile(peakFile, 'utf8')) / 1024 : Number.POSITIVE_INFINITY,
    tokens: existsSync(tokenFile) ? JSON.parse(await readFile(tokenFile, 'utf8')).tokens : {},
  }
  await rm(directory, { recursive: true })
  return result
}

/**
 * A module that writes the most memory that its process had when that ends; none when it is killed.
 */
const reportPeak = (file: string): string =>
  `data:text/javascript,${encodeURIComponent(
    `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(file)},String(process.resourceUsage().maxRSS)))`,
  )}`

const seen = (client: Client, text: string) =>
  new Promise<void>(resolve => {
    let isSeen = false
    client.onChange(() => {
      isSeen ||= client.output().includes(text)
      if (isSeen) resolve()
    })
  })

async function start(
  visitor: Visitor,
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<Client & AsyncDisposable> {
  const looks: (() => void)[] = []
  const onChange = (look: () => void) => {
    looks.push(look)
    look()
  }
  const lookAgain = () => {
    for (const look of looks) look()
  }
  if (visitor in VISITORS_AT_TERMINALS) {
    // Just seen there.
    const args = VISITORS_AT_TERMINALS[visitor as keyof typeof VISITORS_AT_TERMINALS]
    const terminal = await openTerminal({ args, env, columns: 120 })
    terminal.onOutput(lookAgain)
    return {
      output: () => terminal.output,
      exited: terminal.exited,
      onChange,
      interrupt: () => terminal.type(KEYS.ctrlC),
      kill: () => terminal.kill('SIGKILL'),
      [Symbol.asyncDispose]: () => terminal[Symbol.asyncDispose](),
    }
  }
  const args = VISITORS[visitor as keyof typeof VISITORS] // it has no terminal
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: directory, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
      lookAgain()
    })
  }
  return {
    output: () => output,
    exited: once(child, 'close').then(([code, signal]) => code ?? signal),
    onChange,
    interrupt: () => child.kill('SIGINT'),
    kill: () => child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
    },
  }
}
