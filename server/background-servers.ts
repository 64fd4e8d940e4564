import { readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connectToLocalSocket, listenOnLocalSocket } from './local-socket.ts'
import { openSocketsDirectory, socketsDirectory } from './settings/state-directory.ts'

/*
 * The servers that run in the background, without a terminal: those of `serve --detach`, and those
 * that a client left running. Each listens on a socket in a directory of its user, and is asked and
 * told to stop there. Nobody is ever ended by a number: another process may have it by now.
 */

/** What a server in the background tells of itself. */
interface BackgroundServer {
  readonly pid: number
  /** The address for clients on this machine. */
  readonly url: string
  readonly port: number
  /** When it began, in milliseconds since 1970. */
  readonly since: number
  /** Whether it ends by itself once nobody is connected and no room is left. */
  readonly endsUnused: boolean
  /** The file with its log; absent if it keeps none. */
  readonly log?: string | undefined
}

export interface ServerUse {
  readonly connections: number
  readonly rooms: number
}

/** What changes while it runs. */
interface ServerNews extends ServerUse {
  /** The addresses at which others find it; none if it is for this machine alone. */
  readonly addresses: readonly string[]
}

/** All that such a server answers. */
export type ServerStatus = BackgroundServer & ServerNews

/** One that was found. */
interface FoundServer {
  /** Its number of a process, also when it does not answer. */
  readonly pid: number
  /** Undefined when it does not answer. */
  readonly server: ServerStatus | undefined
  /** Asks it to stop. Resolves with whether it ended in time. */
  stop(): Promise<boolean>
}

const NAME = /^server-(\d+)-[0-9a-f]{16}$/
/** How long a server may take to answer, and to stop, in milliseconds. */
const ANSWER_MS = 2_000
const STOP_MS = 12_000
/** Longer than any request, and than any answer, in characters. */
const REQUEST_LENGTH = 100
const ANSWER_LENGTH = 64 * 1024

/** Lets this process be found as a server in the background, until the function is called. */
export async function announceBackgroundServer(
  server: BackgroundServer,
  hooks: {
    countUse(): ServerUse | Promise<ServerUse>
    addresses(): readonly string[]
    stop(): void
  },
): Promise<() => void> {
  const directory = openSocketsDirectory()
  // A second request would end the server at once, as a second signal does.
  let isStopping = false
  const stop = () => {
    if (!isStopping) hooks.stop()
    isStopping = true
  }
  const socket = await listenOnLocalSocket(directory, `server-${server.pid}`, connection => {
    // Whoever asked may be gone before the answer.
    connection.on('error', () => connection.destroy())
    answerRequests(connection, stop, async () => {
      const use = await hooks.countUse()
      return { ...server, addresses: hooks.addresses(), ...use }
    }).catch(() => connection.destroy())
  })
  return () => socket.close()
}

/**
 * Reads requests, a line each. One that asks for the status is answered, and ends the connection.
 * Rejects if a line is too long, or when the connection breaks.
 */
async function answerRequests(
  connection: Socket,
  stop: () => void,
  statusNow: () => Promise<ServerStatus>,
): Promise<void> {
  connection.setEncoding('utf8')
  let text = ''
  for await (const chunk of connection.iterator({ destroyOnReturn: false })) {
    const requests = `${text}${chunk}`.split('\n')
    text = requests.pop() ?? ''
    for (const request of requests) {
      if (request !== 'stop') {
        const status = await statusNow()
        connection.end(`${JSON.stringify(status)}\n`, () => connection.destroy())
        return
      }
      stop()
    }
    if (text.length > REQUEST_LENGTH) throw new Error('no request is so long')
  }
}

/** The servers of this user that run in the background, the oldest first. */
export async function findBackgroundServers(): Promise<readonly FoundServer[]> {
  const directory = socketsDirectory()
  const names = namesIn(directory).filter(name => NAME.test(name))
  const found = await Promise.all(names.map(name => findServer(directory, name)))
  return found
    .filter(server => server !== undefined)
    .toSorted((a, b) => (a.server?.since ?? 0) - (b.server?.since ?? 0))
}

async function findServer(directory: string, name: string): Promise<FoundServer | undefined> {
  const connection = await connectToLocalSocket(directory, name)
  if (connection === undefined) return undefined
  const answer = await ask(connection, 'status', ANSWER_MS)
  return {
    pid: Number(NAME.exec(name)?.[1]),
    server: answer === undefined ? undefined : serverOf(answer),
    async stop() {
      const again = await connectToLocalSocket(directory, name)
      if (again === undefined) return true
      await ask(again, 'stop', STOP_MS)
      return (await connectToLocalSocket(directory, name)) === undefined
    },
  }
}

/** Sends a line, and resolves with the answer once the other side hangs up, or after a while. */
function ask(connection: Socket, request: string, patienceMs: number): Promise<string | undefined> {
  return new Promise(resolve => {
    let answer = ''
    const end = (result: string | undefined) => {
      clearTimeout(patience)
      connection.destroy()
      resolve(result)
    }
    const patience = setTimeout(() => end(undefined), patienceMs)
    connection.setEncoding('utf8')
    connection.on('data', text => {
      answer += text
      if (answer.length > ANSWER_LENGTH) end(undefined)
    })
    connection.on('error', () => end(undefined))
    connection.on('close', () => end(answer === '' ? undefined : answer))
    connection.write(`${request}\n`)
  })
}

/** Undefined if something else answered. */
function serverOf(answer: string): ServerStatus | undefined {
  try {
    const server = JSON.parse(answer)
    if (typeof server.url !== 'string' || typeof server.port !== 'number') return undefined
    // One that was started by an earlier version does not tell them.
    return { ...server, addresses: server.addresses ?? [] }
  } catch {
    return undefined
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
