import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMongo } from './mongodb.ts'
import type { TestRedis } from './redis.ts'
import { freePort, ServerProcess } from './server-process.ts'
import type { WireClient } from './wire-client.ts'

/** Several built servers on one MongoDB and one Redis. */
export class TestFleet implements AsyncDisposable {
  readonly nodes: ServerProcess[] = []
  readonly databaseName: string
  readonly #directory = mkdtempSync(join(tmpdir(), 'gifchat-fleet-'))
  readonly #args: readonly string[]

  constructor(services: { mongo: TestMongo; redis: TestRedis }, more: readonly string[] = []) {
    const { mongo, redis } = services
    this.databaseName = mongo.newDatabaseName()
    this.#args = ['--mongodb-uri', mongo.uri, '--mongodb-database', this.databaseName]
    this.#args = [...this.#args, '--redis-url', redis.url, '--log-level', 'info', ...more]
  }

  /** Starts one more node. Resolves when it takes clients. */
  async startNode(): Promise<ServerProcess> {
    const node = await this.addNode()
    await node.start()
    return node
  }

  /** One more node, which is not started. */
  async addNode(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const node = new ServerProcess({ port: await freePort(), data: this.#directory, args: this.#args, env })
    this.nodes.push(node)
    return node
  }

  /** A server on the same database that is not one of several. It is not started. */
  async loneServer(): Promise<ServerProcess> {
    const args = this.#args.slice(0, 4)
    const server = new ServerProcess({ port: await freePort(), data: this.#directory, args })
    this.nodes.push(server)
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map(node => node[Symbol.asyncDispose]()))
    rmSync(this.#directory, { recursive: true })
  }
}

/** Says something again and again while the server can't take it. Resolves with its `seq`. */
export async function sayUntilAcked(client: WireClient, room: string, text: string): Promise<number> {
  for (;;) {
    const request = { type: 'chat.send', room, clientMessageId: text, text } as const
    const answer = await client.request(request)
    if (answer.type === 'chat.ack') return answer.seq
    if (answer.type !== 'error' || answer.code !== 'unavailable') throw new Error(JSON.stringify(answer))
    await sleep(100)
  }
}

/** Joins again and again while the answer is that a later try may succeed. */
export async function joinUntilSeated(client: WireClient, room: string, more: { sinceSeq?: number } = {}) {
  for (;;) {
    const answer = await client.request({ type: 'chat.join', room, ...more })
    if (answer.type === 'chat.joined') return answer
    if (answer.type !== 'error' || answer.code !== 'unavailable') throw new Error(JSON.stringify(answer))
    await sleep(100)
  }
}
