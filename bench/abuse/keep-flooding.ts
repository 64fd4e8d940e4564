import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Flood, Ground } from './abuse.ts'
import { FloodConnection } from './flood-connection.ts'

/** How many connections flood, and from how many addresses. */
export interface Crowd {
  readonly connections: number
  readonly addresses: number
}

export const FOUR: Crowd = { connections: 4, addresses: 1 }
export const MANY: Crowd = { connections: 200, addresses: 20 }

/** Where the innocent pair is. */
export const PAIR_ADDRESS = '127.0.0.1'
export const floodAddress = (index: number): string => `127.0.1.${1 + index}`

/** How long a flooder waits after a refused connection, in milliseconds. */
const RETRY_MS = 10
/** How long a flooder at a steady rate waits between its writes, in milliseconds. */
const STEP_MS = 10

/** Carries out `work` over and over for each member of a crowd. */
export const crowdFlood =
  (crowd: Crowd, work: (from: string, index: number, until: AbortSignal) => Promise<boolean>): Flood =>
  async until => {
    const flooders = Array.from({ length: crowd.connections }, async (_, index) => {
      const from = floodAddress(index % crowd.addresses)
      while (!until.aborted) if (!(await work(from, index, until))) await sleep(RETRY_MS)
    })
    await Promise.all(flooders)
  }

/** What is sent on a connection, again and again. */
interface Stream {
  /** Prepares a connection, such as by taking a seat. */
  readonly begin?: (connection: FloodConnection, index: number) => Promise<unknown>
  /** A run of frames, with the count of earlier ones. */
  readonly frames: (count: number, index: number) => Buffer
  /** How many runs a second; without it, as many as the server takes. */
  readonly perSecond?: number
  /** The address of all connections, in place of the crowd's. */
  readonly from?: string
  /** The value of X-Forwarded-For for the next connection. */
  readonly forwardedFor?: () => string
}

/**
 * Keeps a crowd of WebSockets that flood. Whoever the server closes comes back at once, as the same
 * person.
 */
export function streamFlood(ground: Ground, crowd: Crowd, stream: Stream): Flood {
  const tokens: (string | undefined)[] = []
  const counts: number[] = []
  return crowdFlood(crowd, async (address, index, until) => {
    const from = stream.from ?? address
    const forwardedFor = stream.forwardedFor?.()
    const connection = await FloodConnection.hello({ ...ground, from, forwardedFor }, tokens[index])
    if (connection === undefined) return false
    tokens[index] = connection.token
    const next = () => {
      const count = counts[index] ?? 0
      counts[index] = count + 1
      return stream.frames(count, index)
    }
    await cutAtTheEnd(connection, until, async () => {
      await stream.begin?.(connection, index)
      await (stream.perSecond === undefined
        ? sendAll(connection, next)
        : sendSteadily(connection, next, stream.perSecond))
    })
    if (!until.aborted) ground.tally.ended += 1
    return true
  })
}

/** Does `work` with a connection, and cuts the connection when the flood is over. */
export async function cutAtTheEnd(
  connection: FloodConnection,
  until: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  const end = () => connection.cut()
  until.addEventListener('abort', end)
  if (until.aborted) end()
  else await work()
  until.removeEventListener('abort', end)
}

async function sendAll(connection: FloodConnection, next: () => Buffer): Promise<void> {
  // A turn of the event loop between writes lets the other connections write too.
  while (await connection.write(next())) await new Promise(setImmediate)
}

async function sendSteadily(
  connection: FloodConnection,
  next: () => Buffer,
  perSecond: number,
): Promise<void> {
  const start = performance.now()
  let sent = 0
  while (!connection.isEnded) {
    const due = ((performance.now() - start) / 1_000) * perSecond
    for (; sent < due; sent++) if (!(await connection.write(next()))) return
    await sleep(STEP_MS)
  }
}
