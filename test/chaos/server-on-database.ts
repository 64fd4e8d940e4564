import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMongo } from '../support/mongodb.ts'
import type { ServerProcess } from '../support/server-process.ts'
import type { ChaosPlan, ChaosServer } from './plan.ts'
import { pick } from './random.ts'

/** How long the database is frozen, in milliseconds: some times longer than a call waits. */
const FREEZE_MS = { least: 200, most: 4_500 }
/** How long the database is down when it is killed. */
const DOWN_MS = { least: 300, most: 700 }
/** How long nothing happens to a database that was reached again. */
const PAUSE_MS = { least: 200, most: 1_200 }
/** When a database counts as never reached again. */
const LONGEST_MS = 60_000

/** A server whose database is frozen and killed, and which another server replaces. */
export class ServerOnDatabase implements ChaosServer {
  readonly #database: TestMongo
  readonly #newServer: () => Promise<ServerProcess>
  #server: ServerProcess
  /** Done when no server is being started or stopped. */
  #idle: Promise<unknown> = Promise.resolve()
  /** What has happened. */
  rolls = 0
  /** When the database was frozen, in milliseconds since 1970. */
  readonly frozen: { readonly from: number; readonly to: number }[] = []
  /** Milliseconds from each start of the killed database until the server was ready again. */
  readonly databaseMs: number[] = []

  constructor(database: TestMongo, newServer: () => Promise<ServerProcess>, first: ServerProcess) {
    this.#database = database
    this.#newServer = newServer
    this.#server = first
  }

  get port(): number {
    return this.#server.port
  }

  get url(): string {
    return this.#server.url
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      const server = this.#server
      if (server.isRunning) return
      const { length } = server.log
      await server.start()
      // It may be stopped right after, and nothing may be left then.
      while (server.isRunning && !server.log.includes('swept what an earlier run left', length))
        await sleep(20)
    })
  }

  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<unknown> {
    return this.#inTurn(() => this.#server.stop(signal))
  }

  async torment(plan: ChaosPlan, durationMs: number, random: () => number): Promise<void> {
    const { rolls = 0, databaseFreezes = 0, databaseKills = 0 } = plan
    const within = ({ least, most }: { least: number; most: number }) => least + random() * (most - least)
    const roll = async () => {
      for (let index = 0; index < rolls; index++) {
        await sleep((durationMs / rolls) * (0.5 + random()))
        await this.#inTurn(() => this.#roll(pick(['SIGTERM', 'SIGKILL'], random)))
        this.rolls++
      }
    }
    const freeze = async () => {
      for (let index = 0; index < databaseFreezes; index++) {
        await sleep((durationMs / databaseFreezes) * (0.5 + random()))
        const from = Date.now()
        await this.#database.kill('SIGSTOP')
        await sleep(within(FREEZE_MS))
        await this.#database.kill('SIGCONT')
        this.frozen.push({ from, to: Date.now() })
      }
    }
    const kill = async () => {
      for (let index = 0; index < databaseKills; index++) {
        await sleep(within(PAUSE_MS))
        await this.#database.kill('SIGKILL')
        await sleep(within(DOWN_MS))
        await this.#database.start()
        const startedAt = Date.now()
        while (!(await this.#isReady()) && Date.now() - startedAt < LONGEST_MS) await sleep(20)
        this.databaseMs.push(Date.now() - startedAt)
      }
    }
    await Promise.all([roll(), freeze(), kill()])
  }

  /** The next server waits for the first to go, and takes over. */
  async #roll(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const next = await this.#newServer()
    const isReady = next.start()
    await Promise.race([next.logged('waiting until it has gone'), isReady])
    const before = this.#server
    this.#server = next
    await before.stop(signal)
    await isReady
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/readyz`)).ok
    } catch {
      return false
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#idle.then(work)
    this.#idle = done.catch(() => {})
    return done
  }
}
