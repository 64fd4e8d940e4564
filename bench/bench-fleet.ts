import { setTimeout as sleep } from 'node:timers/promises'
import { TestFleet } from '../test/support/fleet.ts'
import type { TestMongo } from '../test/support/mongodb.ts'
import { TestRedis } from '../test/support/redis.ts'
import type { ServerProcess } from '../test/support/server-process.ts'
import { OPEN_RATES } from './bench-server.ts'
import { cpuMicrosecondsSince, readCpu } from './process-usage.ts'

/** Microseconds of processor time. */
export interface FleetCpu {
  /** Of all nodes together. */
  readonly nodes: number
  readonly redis: number
}

/** How long to wait after a refusal, in milliseconds, and how often. */
const AGAIN_MS = 200
const MOST_TRIES = 50

/** Asks again while the answer is `unavailable`: on a busy machine, FerretDB may be slow. */
export async function untilTaken<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (!String(error).includes('"unavailable"') || tries === MOST_TRIES) throw error
      await sleep(AGAIN_MS)
    }
  }
}

/** Several nodes on a database and a Redis of their own. */
export class BenchFleet implements AsyncDisposable {
  readonly nodes: readonly ServerProcess[]
  readonly #fleet: TestFleet
  readonly #redis: TestRedis

  private constructor(fleet: TestFleet, redis: TestRedis) {
    this.nodes = fleet.nodes
    this.#fleet = fleet
    this.#redis = redis
  }

  /** Undefined without a Redis. */
  static async start(
    count: number,
    mongo: TestMongo,
    more: readonly string[] = [],
  ): Promise<BenchFleet | undefined> {
    const redis = await TestRedis.find()
    if (redis === undefined) return undefined
    const fleet = new BenchFleet(new TestFleet({ mongo, redis }, ['--log-level', 'warn', ...more]), redis)
    for (let index = 0; index < count; index++) await fleet.#fleet.startNode({ env: OPEN_RATES })
    return fleet
  }

  get ports(): readonly number[] {
    return this.nodes.map(({ port }) => port)
  }

  get pids(): readonly number[] {
    return this.nodes.map(({ pid }) => pid ?? 0)
  }

  /** The processor time that `work` takes. */
  async cpuOf(work: () => Promise<unknown>): Promise<FleetCpu> {
    const all = [...this.pids, this.#redis.pid ?? 0]
    const before = all.map(readCpu)
    await work()
    const used = all.map((pid, index) => cpuMicrosecondsSince(pid, before[index] ?? readCpu(pid)))
    const redis = used.pop() ?? Number.NaN
    return { nodes: used.reduce((sum, cpu) => sum + cpu, 0), redis }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fleet[Symbol.asyncDispose]()
    await this.#redis[Symbol.asyncDispose]()
  }
}
