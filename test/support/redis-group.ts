import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort, isListening } from './server-process.ts'

/** What the sentinels call the server that they watch. */
const WATCHED = 'chat'
/** A server that is silent for so long is taken for dead, in milliseconds. */
const DEAD_MS = 500

interface Member {
  readonly port: number
  /** Kills it with SIGKILL, and resolves when it is gone. */
  kill(): Promise<void>
}

/** Several processes of Redis that belong together, in a directory of their own. */
export class RedisGroup implements AsyncDisposable {
  readonly members: Member[] = []
  readonly #directory: string
  /** What `--redis-url` is told. */
  url = ''

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** A primary, a replica of it, and a sentinel that watches both. */
  static watched(): Promise<RedisGroup> {
    return RedisGroup.#open(group => group.#watch())
  }

  /**
   * Three primaries that share all channels, each with a replica, which are the members 3 to 5. All
   * have these options of `redis-server`.
   */
  static cluster(options: readonly string[] = []): Promise<RedisGroup> {
    return RedisGroup.#open(group => group.#join(options))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map(member => member.kill()))
    await rm(this.#directory, { recursive: true })
  }

  static async #open(start: (group: RedisGroup) => Promise<void>): Promise<RedisGroup> {
    const group = new RedisGroup(await mkdtemp(join(tmpdir(), 'gifchat-redis-')))
    try {
      await start(group)
      return group
    } catch (error) {
      await group[Symbol.asyncDispose]()
      throw error
    }
  }

  async #watch(): Promise<void> {
    const primary = await this.#start([])
    const replica = await this.#start(['--replicaof', '127.0.0.1', `${primary.port}`])
    await this.#until(replica.port, ['info', 'replication'], /master_link_status:up/)
    const file = join(this.#directory, 'sentinel.conf')
    const watch = [
      `sentinel monitor ${WATCHED} 127.0.0.1 ${primary.port} 1`,
      `sentinel down-after-milliseconds ${WATCHED} ${DEAD_MS}`,
      `sentinel failover-timeout ${WATCHED} 2000`,
    ]
    await writeFile(file, `${watch.join('\n')}\n`)
    const sentinel = await this.#start([], [file, '--sentinel'])
    await this.#until(sentinel.port, ['sentinel', 'replicas', WATCHED], new RegExp(`${replica.port}`))
    this.url = `redis-sentinel://127.0.0.1:${sentinel.port}#${WATCHED}`
  }

  async #join(options: readonly string[]): Promise<void> {
    for (let index = 0; index < 6; index++)
      await this.#start([
        ...['--cluster-enabled', 'yes', '--cluster-node-timeout', `${DEAD_MS}`],
        ...['--cluster-config-file', `nodes-${index}.conf`, '--cluster-port', `${await freePort()}`],
        ...options,
      ])
    const addresses = this.members.map(({ port }) => `127.0.0.1:${port}`)
    const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']
    const { status, stdout } = spawnSync('redis-cli', create, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`no cluster: ${stdout}`)
    for (const { port } of this.members) {
      await this.#until(port, ['cluster', 'info'], /cluster_state:ok/)
      await this.#until(port, ['info', 'replication'], /role:master|master_link_status:up/)
    }
    this.url = `redis-cluster://${addresses.slice(0, 2).join(',')}`
  }

  async #start(options: readonly string[], first: readonly string[] = []): Promise<Member> {
    const port = await freePort()
    const all = [...first, '--port', `${port}`, '--bind', '127.0.0.1', '--dir', this.#directory]
    const keeping = first.length > 0 ? [] : ['--save', '', '--appendonly', 'no']
    const child = spawn('redis-server', [...all, ...keeping, ...options], { stdio: 'ignore' })
    const exit = once(child, 'exit')
    const member = {
      port,
      async kill() {
        child.kill('SIGKILL')
        await exit
      },
    }
    this.members.push(member)
    while (!(await isListening(port))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`)
      await setTimeout(10)
    }
    return member
  }

  /** Asks until the answer looks as it should. */
  async #until(port: number, question: readonly string[], expected: RegExp): Promise<void> {
    for (;;) {
      const { stdout } = spawnSync('redis-cli', ['-p', `${port}`, ...question], { encoding: 'utf8' })
      if (expected.test(stdout)) return
      await setTimeout(50)
    }
  }
}
