import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const program = join(import.meta.dirname, '../../bin/gifchat.js')

/**
 * These ports are below those for outgoing connections, which begin at 32,768 on Linux and at
 * 49,152 by IANA.
 */
const PORTS = { lowest: 10_000, count: 22_000 }

/** A free port that no outgoing connection gets. A killed server can be started on it again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.lowest + Math.floor(Math.random() * PORTS.count)
    const probe = createServer().listen(port, '127.0.0.1')
    try {
      await once(probe, 'listening')
    } catch {
      continue
    }
    probe.close()
    await once(probe, 'close')
    return port
  }
}

/**
 * The built `gifchat serve` in its own process. It can be killed and started again on the same port
 * and data.
 */
export class ServerProcess implements AsyncDisposable {
  readonly port: number
  readonly #args: readonly string[]
  readonly #env: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  /** What all its runs have written to standard error. */
  log = ''
  /** The first line of the last run on standard output. */
  welcome = ''

  constructor(options: {
    port: number
    data: string
    args?: readonly string[]
    env?: Readonly<Record<string, string>>
  }) {
    this.port = options.port
    this.#args = [
      'serve',
      '--port',
      String(options.port),
      '--host',
      '127.0.0.1',
      '--data',
      options.data,
      ...(options.args ?? []),
    ]
    this.#env = options.env ?? {}
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  get isRunning(): boolean {
    const child = this.#child
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [program, ...this.#args], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stderr.setEncoding('utf8').on('data', text => {
      this.log += text
    })
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code}: ${this.log.slice(-2_000)}`)
    })
    const lines = createInterface({ input: child.stdout })
    const [welcome] = await Promise.race([once(lines, 'line'), exited])
    this.welcome = String(welcome)
    exited.catch(() => {})
  }

  /** Sends a signal and resolves with the exit code when the process has ended. */
  async stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = await exited
    return code
  }

  /** Resolves with the exit code when the process has ended. */
  async exited(): Promise<number | null> {
    const child = this.#child
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return child?.exitCode ?? null
  }

  /** Resolves when its log has this text. */
  async logged(text: string): Promise<void> {
    while (!this.log.includes(text)) {
      if (this.#child?.stderr == null) throw new Error('the server was not started')
      await once(this.#child.stderr, 'data')
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }
}

/** Whether this port accepts connections. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
