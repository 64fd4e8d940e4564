import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestMongo } from '../test/support/mongodb.ts'
import { startBenchServer } from './bench-server.ts'
import type { DialectName } from './load/requests.ts'
import type { Column } from './section.ts'

/** A server that is measured, in its own process. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

/** A kind of server to measure. */
export interface Subject {
  /** The column of its figures. */
  readonly column: Column
  readonly dialect: DialectName
  start(): Promise<RunningServer>
}

const peers = join(import.meta.dirname, 'peers')

/** With these arguments of `gifchat serve`. */
export const gifchatWith = (args: readonly string[]): Subject => ({
  column: 'gifchat',
  dialect: 'gifchat',
  start: () => startGifchat(args),
})

export const GIFCHAT = gifchatWith([])

const SOCKET_IO: Subject = {
  column: 'Socket.IO',
  dialect: 'socket.io',
  start: () => startPeer(process.execPath, 'socket-io.js'),
}

const WS_LOOP: Subject = {
  column: '`ws`',
  dialect: 'plain',
  start: () => startPeer(process.execPath, 'ws-loop.js'),
}

export const WS_ECHO: Subject = {
  column: '`ws`',
  dialect: 'plain',
  start: () => startPeer(process.execPath, 'ws-echo.js'),
}

/** The path of Bun's program, if its package has one for this machine. */
export function bunSubject(): Subject | undefined {
  const program = findBun()
  if (program === undefined) return undefined
  return { column: 'Bun', dialect: 'plain', start: () => startPeer(program, 'bun-publish.js') }
}

/** All subjects that can be measured on this machine. */
export function allSubjects(mongo: TestMongo | undefined): readonly Subject[] {
  const onMongo = mongo === undefined ? [] : mongoSubjects(mongo)
  return [GIFCHAT, SOCKET_IO, ...onMongo, WS_LOOP, bunSubject()].filter(subject => subject !== undefined)
}

/** The two subjects that keep messages in a MongoDB. */
export function mongoSubjects(mongo: TestMongo): readonly [gifchat: Subject, socketIo: Subject] {
  return [
    {
      column: 'gifchat on MongoDB',
      dialect: 'gifchat',
      start: () =>
        startGifchat([
          '--mongodb-uri',
          mongo.uri,
          '--mongodb-database',
          mongo.newDatabaseName().slice(0, 38),
        ]),
    },
    {
      column: 'Socket.IO + mongoose',
      dialect: 'socket.io',
      start: () =>
        startPeer(process.execPath, 'socket-io.js', {
          MONGODB_URI: mongo.uri,
          MONGODB_DATABASE: mongo.newDatabaseName(),
        }),
    },
  ]
}

async function startGifchat(args: readonly string[] = []): Promise<RunningServer> {
  const server = await startBenchServer(args)
  const { port, pid } = server
  if (pid === undefined) throw new Error('a server that runs has a pid')
  return { port, pid, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function startPeer(
  program: string,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const child = spawn(program, [join(peers, file)], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child, 'spawn')
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([once(lines, 'line'), exited.then(([code]) => [`ended with ${code}`])])
  const { pid } = child
  if (pid === undefined || !/^\d+$/.test(line)) throw new Error(`${file}: ${line}`)
  return {
    port: Number(line),
    pid,
    async [Symbol.asyncDispose]() {
      if (child.kill('SIGKILL')) await exited
    },
  }
}

/** Finds Bun's program in the package for this machine. The package `bun` would only copy it. */
function findBun(): string | undefined {
  const require = createRequire(import.meta.url)
  const architecture = process.arch === 'arm64' ? 'aarch64' : process.arch
  for (const suffix of ['', '-musl']) {
    try {
      const name = `@oven/bun-${process.platform}-${architecture}${suffix}`
      return join(dirname(require.resolve(`${name}/package.json`)), 'bin/bun')
    } catch {
      // This package is not for this machine.
    }
  }
  return undefined
}
