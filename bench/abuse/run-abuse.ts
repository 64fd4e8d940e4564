import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, ServerProcess } from '../../test/support/server-process.ts'
import { AskedProcess } from '../asked-process.ts'
import { canKeepApart, keepOnCore, runOnlyWhenIdle } from '../cores.ts'
import { residentBytes } from '../process-usage.ts'
import type { Abuse } from './abuse.ts'
import type { FloodRequest, FloodResult, PairRequest, PairResult, PairRooms } from './requests.ts'

/** The server has one processor, and everybody else the other one. */
const SERVER_CORE = 0
const CLIENT_CORE = 1
/** How long the pair talks before it is measured, so that the server's code is compiled. */
const WARM_UP_MS = 2_000
const LOOK_MS = 100
/** The disk is looked at this much more rarely than the memory. */
const LOOKS_AT_DISK = 10

/** One variant of an abuse, beside the time before it. */
export interface VariantRun {
  readonly variant: string
  readonly without: PairResult
  readonly beside: PairResult
  readonly flood: FloodResult
  readonly mostMemory: number
  readonly mostDisk: number
  readonly logBytes: number
}

/** Starts a server and the pair, measures without the flood and beside it, and ends them. */
export async function runVariant(abuse: Abuse, variant: string, milliseconds: number): Promise<VariantRun> {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-abuse-'))
  try {
    await using server = new ServerProcess({ port: await freePort(), data })
    await server.start()
    await using pair = new AskedProcess<PairRequest>(join(import.meta.dirname, 'pair-process.ts'), 'the pair')
    await using flood = new AskedProcess<FloodRequest>(
      join(import.meta.dirname, 'flood-process.ts'),
      'the flood',
    )
    keepApart(server, pair, flood)
    const { port } = server
    // `open` of pair-process.ts answers this type.
    const rooms = (await pair.ask({ kind: 'open', port })) as PairRooms
    await flood.ask({ kind: 'prepare', port, abuse: abuse.name, variant, ...rooms })
    const talk = (time: number) =>
      pair.ask({
        kind: 'talk',
        milliseconds: time,
        meetsPassword: abuse.meetsPassword === true,
        // `talk` of pair-process.ts answers this type.
      }) as Promise<PairResult>
    await talk(WARM_UP_MS)
    const without = await talk(milliseconds)
    const usage = new UsageWatch(server, data)
    const [beside, tally] = await Promise.all([
      talk(milliseconds),
      flood.ask({ kind: 'flood', milliseconds }),
    ])
    await usage.end()
    return {
      variant,
      without,
      beside,
      // `flood` of flood-process.ts answers this type.
      flood: tally as FloodResult,
      mostMemory: usage.mostMemory,
      mostDisk: usage.mostDisk,
      logBytes: server.log.length,
    }
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

function keepApart(
  server: ServerProcess,
  pair: { readonly pid: number | undefined },
  flood: { readonly pid: number | undefined },
): void {
  if (!canKeepApart()) return
  keepOnCore(SERVER_CORE, server.pid)
  keepOnCore(CLIENT_CORE, pair.pid)
  keepOnCore(CLIENT_CORE, flood.pid)
  // Otherwise the pair would wait for the flood's processor, which nobody has on a machine of their
  // own. The server has a processor to itself, so the flood still gets all that the pair leaves.
  runOnlyWhenIdle(flood.pid)
}

/** Keeps the most memory and disk that a server has used. Throws when the server has died. */
class UsageWatch {
  readonly #server: ServerProcess
  readonly #data: string
  readonly #watching: Promise<void>
  #isOver = false
  mostMemory = 0
  mostDisk = 0

  constructor(server: ServerProcess, data: string) {
    this.#server = server
    this.#data = data
    this.#watching = this.#watch()
    this.#watching.catch(() => {})
  }

  async end(): Promise<void> {
    this.#isOver = true
    await this.#watching
  }

  async #watch(): Promise<void> {
    for (let look = 0; !this.#isOver; look++) {
      await this.#look(look % LOOKS_AT_DISK === 0)
      await sleep(LOOK_MS)
    }
    await this.#look(true)
  }

  async #look(isAtDisk: boolean): Promise<void> {
    const { pid } = this.#server
    if (pid === undefined || !this.#server.isRunning)
      throw new Error(`the server died: ${this.#server.log.slice(-2_000)}`)
    this.mostMemory = Math.max(this.mostMemory, residentBytes(pid))
    if (isAtDisk) this.mostDisk = Math.max(this.mostDisk, await bytesIn(this.#data))
  }
}

/** Bytes of all files in a directory and below it. */
async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter(entry => entry.isFile())
    .map(entry =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
