import { setTimeout as sleep } from 'node:timers/promises'
import type { TestFleet } from '../support/fleet.ts'
import type { TestHaproxy } from '../support/haproxy.ts'
import type { TestRedis } from '../support/redis.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { pick } from './random.ts'
import type { ChaosPlan, ChaosServer } from './run.ts'

/** For how long a node is frozen, in milliseconds. Above the lease, another takes its rooms. */
const FROZEN_MS = [500, 2_000, 7_000]
/** For how long Redis is away. */
const REDIS_AWAY_MS = 300

/** Several nodes behind HAProxy, to be tormented as one server. */
export class ChaosFleet implements ChaosServer {
  readonly port: number
  readonly url: string
  readonly #nodes: readonly ServerProcess[]
  readonly #redis: TestRedis
  readonly #random: () => number
  /** Nobody kills a node that is frozen, and nobody freezes one that is being started. */
  readonly #busy = new Set<ServerProcess>()
  #killed: ServerProcess | undefined

  constructor(parts: { fleet: TestFleet; haproxy: TestHaproxy; redis: TestRedis; random: () => number }) {
    this.port = parts.haproxy.port
    this.url = parts.haproxy.url
    this.#nodes = parts.fleet.nodes
    this.#redis = parts.redis
    this.#random = parts.random
  }

  /** Starts the nodes that do not run. */
  async start(): Promise<void> {
    await Promise.all(this.#nodes.map(node => (node.isRunning ? undefined : node.start())))
    if (this.#killed !== undefined) this.#busy.delete(this.#killed)
    this.#killed = undefined
    while (!(await isReady(this.url))) await sleep(50)
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (signal === 'SIGTERM') {
      await Promise.all(this.#nodes.map(node => node.stop(signal)))
      return
    }
    this.#killed = await this.#takeNode()
    await this.#killed.stop(signal)
  }

  async torment(plan: ChaosPlan, durationMs: number, random: () => number): Promise<void> {
    const { freezes = 0, redisRestarts = 0 } = plan
    await Promise.all([
      repeat(freezes, durationMs, random, () => this.#freeze(pick(FROZEN_MS, random))),
      repeat(redisRestarts, durationMs, random, () => this.#restartRedis()),
    ])
  }

  /** A node that was frozen for longer than its lease ends, and is started again. */
  async #freeze(milliseconds: number): Promise<void> {
    const node = await this.#takeNode()
    node.signal('SIGSTOP')
    await sleep(milliseconds)
    node.signal('SIGCONT')
    await sleep(2_000)
    if (!node.isRunning) await node.start()
    this.#busy.delete(node)
  }

  async #restartRedis(): Promise<void> {
    await this.#redis.stop()
    await sleep(REDIS_AWAY_MS)
    await this.#redis.start()
  }

  async #takeNode(): Promise<ServerProcess> {
    for (;;) {
      const free = this.#nodes.filter(node => !this.#busy.has(node) && node.isRunning)
      // One is always left alone.
      if (free.length > 1) {
        const node = pick(free, this.#random)
        this.#busy.add(node)
        return node
      }
      await sleep(50)
    }
  }
}

async function repeat(
  count: number,
  durationMs: number,
  random: () => number,
  work: () => Promise<void>,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    await sleep((durationMs / count) * (0.5 + random()))
    await work()
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url.replace('ws:', 'http:')}/readyz`)).ok
  } catch {
    return false
  }
}
