import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMongo } from './mongodb.ts'
import type { TestRedis } from './redis.ts'
import { freePort, ServerProcess } from './server-process.ts'
import { WireClient } from './wire-client.ts'

/** What one node has of its own. Its ways to the database and to Redis may lead through a proxy. */
export interface NodeOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly mongodbUri?: string | undefined
  readonly redisUrl?: string
}

/** Several built servers on one MongoDB and one Redis. */
export class TestFleet implements AsyncDisposable {
  readonly nodes: ServerProcess[] = []
  readonly databaseName: string
  readonly #directory = mkdtempSync(join(tmpdir(), 'gifchat-fleet-'))
  readonly #services: { readonly mongo: TestMongo; readonly redis: TestRedis }
  readonly #more: readonly string[]

  constructor(services: { mongo: TestMongo; redis: TestRedis }, more: readonly string[] = []) {
    this.databaseName = services.mongo.newDatabaseName()
    this.#services = services
    this.#more = more
  }

  /** Starts one more node. Resolves when it takes clients. */
  async startNode(options: NodeOptions = {}): Promise<ServerProcess> {
    const node = await this.addNode(options)
    await node.start()
    return node
  }

  /** One more node, which is not started. */
  addNode({
    env,
    mongodbUri,
    redisUrl = this.#services.redis.url,
  }: NodeOptions = {}): Promise<ServerProcess> {
    const args = ['--redis-url', redisUrl, '--log-level', 'info', ...this.#more]
    return this.#addServer([...this.#databaseArgs(mongodbUri), ...args], env)
  }

  /** A server on the same database that is not one of several. It is not started. */
  loneServer(): Promise<ServerProcess> {
    return this.#addServer(this.#databaseArgs())
  }

  #databaseArgs(uri = this.#services.mongo.uri): readonly string[] {
    return ['--mongodb-uri', uri, '--mongodb-database', this.databaseName]
  }

  async #addServer(args: readonly string[], env: NodeOptions['env'] = {}): Promise<ServerProcess> {
    const server = new ServerProcess({ port: await freePort(), data: this.#directory, args, env })
    this.nodes.push(server)
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map(node => node[Symbol.asyncDispose]()))
    rmSync(this.#directory, { recursive: true })
  }
}

/** Ann on the first node, which owns her room, and Ben on the second. */
export async function twoPeople(
  fleet: TestFleet,
  options: { readonly password?: string; readonly max?: number } = {},
  nodes: { readonly owner?: NodeOptions; readonly edge?: NodeOptions } = {},
) {
  const [owner, edge] = [await fleet.startNode(nodes.owner), await fleet.startNode(nodes.edge)]
  const [ann, ben] = [await WireClient.hello(owner.url), await WireClient.hello(edge.url)]
  const { room } = await ann.ask({ type: 'room.create', title: 'far apart', ...options }, 'room.created')
  const { password } = options
  await ann.ask({ type: 'chat.join', room: room.id, ...(password && { password }) }, 'chat.joined')
  return { owner, edge, ann, ben, room: room.id }
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
