import { setTimeout as sleep } from 'node:timers/promises'
import type { TestHaproxy } from '../support/haproxy.ts'
import type { TestRedis } from '../support/redis.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { BLOCKED_WAYS, type ServiceProxy } from '../support/service-proxy.ts'
import type { ChaosPlan, ChaosServer } from './plan.ts'
import { pick } from './random.ts'

/** For how long a node is frozen, in milliseconds. Above the lease, another takes its rooms. */
const FROZEN_MS = [500, 2_000, 7_000]
/** For how long Redis is away. */
const REDIS_AWAY_MS = 300
/** For how long a node is cut off. Above 4 s, it is taken for dead. */
const CUT_OFF_MS = [2_000, 6_000, 12_000]
const LOOK_MS = 50

/** A node with its own ways to Redis and to the database, which can be cut. */
export interface ChaosNode {
  readonly server: ServerProcess
  readonly redis: ServiceProxy
  readonly database: ServiceProxy
}

/** From what a node is cut off. */
const SERVICES = ['redis', 'database', 'both'] as const

/** Several nodes behind HAProxy, to be tormented as one server. */
export class ChaosFleet implements ChaosServer {
  readonly port: number
  readonly url: string
  readonly #nodes: readonly ChaosNode[]
  readonly #redis: TestRedis
  readonly #random: () => number
  readonly #onHappened: (what: string) => void
  /** Nobody kills a node that is frozen, and nobody freezes one that is being started. */
  readonly #busy = new Set<ChaosNode>()
  #killed: ChaosNode | undefined
  #isUp = false
  #supervising: Promise<void> = Promise.resolve()

  constructor(parts: {
    nodes: readonly ChaosNode[]
    haproxy: TestHaproxy
    redis: TestRedis
    random: () => number
    note: (what: string) => void
  }) {
    this.port = parts.haproxy.port
    this.url = parts.haproxy.url
    this.#nodes = parts.nodes
    this.#redis = parts.redis
    this.#random = parts.random
    this.#onHappened = parts.note
  }

  get urls(): readonly string[] {
    return this.#nodes.map(({ server }) => server.url)
  }

  /** Starts the node that was killed, or all. */
  async start(): Promise<void> {
    const killed = this.#killed
    this.#killed = undefined
    if (killed !== undefined) {
      await this.#startAgain(killed)
      return
    }
    await Promise.all(this.#nodes.map(({ server }) => server.start()))
    while (!(await isReady(this.url))) await sleep(LOOK_MS)
    this.#isUp = true
    this.#supervising = this.#supervise()
  }

  async untilReady(): Promise<void> {
    for (const url of this.urls) while (!(await isReady(url))) await sleep(LOOK_MS)
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (signal === 'SIGTERM') {
      this.#isUp = false
      await this.#supervising
      await Promise.all(this.#nodes.map(({ server }) => server.stop(signal)))
      return
    }
    this.#killed = await this.#takeNode(this.#nodes)
    await this.#killed.server.stop(signal)
    this.#note(this.#killed, 'killed')
  }

  async torment(plan: ChaosPlan, durationMs: number, random: () => number): Promise<void> {
    const { freezes = 0, redisRestarts = 0, partitions = 0, rolls = 0 } = plan
    await Promise.all([
      repeat(freezes, durationMs, random, () => this.#freeze(pick(FROZEN_MS, random))),
      repeat(redisRestarts, durationMs, random, () => this.#restartRedis()),
      repeat(partitions, durationMs, random, () => this.#cutOff(random)),
      repeat(rolls, durationMs, random, () => this.#roll()),
    ])
  }

  async #freeze(milliseconds: number): Promise<void> {
    const node = await this.#takeNode(this.#nodes)
    node.server.signal('SIGSTOP')
    await sleep(milliseconds)
    node.server.signal('SIGCONT')
    this.#busy.delete(node)
    this.#note(node, `frozen for ${milliseconds} ms`)
  }

  async #cutOff(random: () => number): Promise<void> {
    const node = await this.#takeNode(this.#nodes)
    const service = pick(SERVICES, random)
    const way = pick(BLOCKED_WAYS, random)
    const milliseconds = pick(CUT_OFF_MS, random)
    const isReset = random() < 0.5
    const ways = service === 'both' ? [node.redis, node.database] : [node[service]]
    for (const proxy of ways) proxy.block(way)
    await sleep(milliseconds)
    for (const proxy of ways) proxy.unblock(isReset)
    this.#busy.delete(node)
    const what = service === 'both' ? 'redis and database' : service
    const end = isReset ? 'connections reset' : 'everything arrived later'
    this.#note(node, `cut off for ${milliseconds} ms (${way} ${what}; then ${end})`)
  }

  /** One node after the other is ended and started again. */
  async #roll(): Promise<void> {
    for (const node of this.#nodes) {
      await this.#takeNode([node])
      const code = await node.server.stop('SIGTERM')
      await node.server.start()
      while (!(await isReady(node.server.url))) await sleep(LOOK_MS)
      this.#busy.delete(node)
      this.#note(node, `ended with SIGTERM (exit code ${code})`)
    }
  }

  async #restartRedis(): Promise<void> {
    await this.#redis.stop()
    await sleep(REDIS_AWAY_MS)
    await this.#redis.start()
  }

  /** A node that was away for longer than its lease ends, and is started again. */
  async #supervise(): Promise<void> {
    while (this.#isUp) {
      for (const node of this.#nodes)
        if (!node.server.isRunning && !this.#busy.has(node)) await this.#startAgain(node)
      await sleep(LOOK_MS)
    }
  }

  async #startAgain(node: ChaosNode): Promise<void> {
    this.#busy.add(node)
    // If it ends again while it starts, that is found out, and it is started once more.
    await node.server.start().catch(() => {})
    this.#busy.delete(node)
  }

  /** One of these nodes, as soon as another one is left alone. */
  async #takeNode(wanted: readonly ChaosNode[]): Promise<ChaosNode> {
    for (;;) {
      const free = this.#nodes.filter(node => !this.#busy.has(node) && node.server.isRunning)
      const choice = wanted.filter(node => free.includes(node))
      if (free.length > 1 && choice.length > 0) {
        const node = pick(choice, this.#random)
        this.#busy.add(node)
        return node
      }
      await sleep(LOOK_MS)
    }
  }

  #note(node: ChaosNode, what: string): void {
    this.#onHappened(`node ${this.#nodes.indexOf(node) + 1}: ${what}`)
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
