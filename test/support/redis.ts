import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { freePort, isListening } from './server-process.ts'

/** Why a test is skipped when `findRedis` finds none. */
export const NO_REDIS = 'no redis-server on PATH'

/** False too where `GIFCHAT_REQUIRE_SERVICES=1` is set: the test then fails. */
export const isWithoutRedis = (): boolean =>
  process.env.GIFCHAT_REQUIRE_SERVICES !== '1' && spawnSync('redis-server', ['--version']).status !== 0

/** A Redis for tests, which keeps nothing. */
export class TestRedis implements AsyncDisposable {
  readonly port: number
  #process: ChildProcess | undefined

  private constructor(port: number) {
    this.port = port
  }

  /** Undefined without a `redis-server`. Rejects then if `GIFCHAT_REQUIRE_SERVICES=1` is set. */
  static async find(): Promise<TestRedis | undefined> {
    if (spawnSync('redis-server', ['--version']).status !== 0) {
      if (process.env.GIFCHAT_REQUIRE_SERVICES === '1') throw new Error(NO_REDIS)
      return undefined
    }
    const redis = new TestRedis(await freePort())
    await redis.start()
    return redis
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts it again on the same port. Resolves when it listens. */
  async start(): Promise<void> {
    const options = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const child = spawn('redis-server', options, { stdio: 'ignore' })
    this.#process = child
    await once(child, 'spawn')
    while (!(await isListening(this.port))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`)
      await setTimeout(10)
    }
  }

  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
