import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { freePort, isListening } from './server-process.ts'

/** A MongoDB for tests. Disposing it leaves no process, no file and no database. */
export interface TestMongo extends AsyncDisposable {
  /** The address, without a database in its path. */
  readonly uri: string
  /** The name of the server that speaks the wire protocol. */
  readonly name: string
  /** Whether this process has started it. Otherwise `start`, `stop` and `kill` throw. */
  readonly isOurs: boolean
  /** A new database name. */
  newDatabaseName(): string
  /** Starts it again on the same port and files. Resolves when it listens. */
  start(): Promise<void>
  stop(): Promise<void>
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
}

interface Program {
  readonly name: string
  readonly file: string
  args(directory: string, port: number): readonly string[]
}

const MONGOD: Omit<Program, 'file'> = {
  name: 'MongoDB (mongod on PATH)',
  args: (directory, port) => [
    '--dbpath',
    directory,
    '--port',
    `${port}`,
    '--bind_ip',
    '127.0.0.1',
    '--quiet',
  ],
}

const FERRETDB: Omit<Program, 'file'> = {
  name: 'FerretDB (../shared/bin)',
  args: (directory, port) => [
    '--handler=sqlite',
    `--sqlite-url=file:${directory}/`,
    `--state-dir=${directory}`,
    `--listen-addr=127.0.0.1:${port}`,
    '--telemetry=disable',
    '--debug-addr=-',
    '--log-level=error',
  ],
}

const CHECKOUT = join(import.meta.dirname, '../..')

/** Why a test is skipped when `findMongo` finds none. */
export const NO_MONGODB =
  'no MongoDB: GIFCHAT_TEST_MONGODB_URI is not set, mongod is not on PATH, ../shared/bin has no ferretdb'

/**
 * Finds a MongoDB: the one that `GIFCHAT_TEST_MONGODB_URI` names, `mongod` from PATH, or the server
 * beside the checkout. Without any it resolves with undefined, or rejects if
 * `GIFCHAT_REQUIRE_SERVICES=1` is set.
 */
export async function findMongo(): Promise<TestMongo | undefined> {
  const given = process.env.GIFCHAT_TEST_MONGODB_URI
  if (given !== undefined) return foreignMongo(given)
  const program = findProgram()
  if (program !== undefined) return OwnMongo.start(program)
  if (process.env.GIFCHAT_REQUIRE_SERVICES === '1') throw new Error(NO_MONGODB)
  return undefined
}

function findProgram(): Program | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'mongod')
    if (isExecutable(file)) return { ...MONGOD, file }
  }
  const file = join(CHECKOUT, '../shared/bin/ferretdb')
  return isExecutable(file) ? { ...FERRETDB, file } : undefined
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

let databases = 0
const newDatabaseName = (): string => `gifchat_test_${process.pid}_${Date.now().toString(36)}_${++databases}`

function foreignMongo(uri: string): TestMongo {
  const names: string[] = []
  const refuse = async (): Promise<never> => {
    throw new Error('this MongoDB is not ours to stop')
  }
  return {
    uri,
    name: 'the server that GIFCHAT_TEST_MONGODB_URI names',
    isOurs: false,
    newDatabaseName() {
      const name = newDatabaseName()
      names.push(name)
      return name
    },
    start: refuse,
    stop: refuse,
    kill: refuse,
    async [Symbol.asyncDispose]() {
      const client = await new mongo.MongoClient(uri).connect()
      for (const name of names) await client.db(name).dropDatabase()
      await client.close()
    },
  }
}

class OwnMongo implements TestMongo {
  readonly isOurs = true
  readonly newDatabaseName = newDatabaseName
  readonly #program: Program
  readonly #directory = mkdtempSync(join(tmpdir(), 'gifchat-mongodb-'))
  readonly #port: number
  #process: ChildProcess | undefined

  static async start(program: Program): Promise<TestMongo> {
    const server = new OwnMongo(program, await freePort())
    await server.start()
    return server
  }

  private constructor(program: Program, port: number) {
    this.#program = program
    this.#port = port
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.#port}`
  }

  get name(): string {
    return this.#program.name
  }

  async start(): Promise<void> {
    const { file, args } = this.#program
    const child = spawn(file, args(this.#directory, this.#port), { stdio: 'ignore' })
    this.#process = child
    await once(child, 'spawn')
    while (!(await isListening(this.#port))) {
      if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode} before it listened`)
      await setTimeout(10)
    }
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    if (signal === 'SIGKILL') await this.#end(signal)
    else this.#process?.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL')
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
}
