import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort, isListening } from './server-process.ts'

/** Why a test is skipped without one. */
export const NO_HAPROXY = 'no haproxy on PATH'

export const hasHaproxy = (): boolean => spawnSync('haproxy', ['-v']).status === 0

const EXAMPLE = join(import.meta.dirname, '../../deploy/haproxy.cfg')

/** The example for operators, with other addresses and no other change. */
function configOf(port: number, nodes: readonly number[]): string {
  const lines = readFileSync(EXAMPLE, 'utf8')
    .split('\n')
    .filter(line => !line.startsWith('    server '))
    .map(line => line.replace('bind :8005', `bind 127.0.0.1:${port}`))
  return `${lines.join('\n')}${nodes.map((node, index) => `    server node${index} 127.0.0.1:${node}\n`).join('')}`
}

/** HAProxy in front of several servers on this machine. */
export class TestHaproxy implements AsyncDisposable {
  readonly port: number
  readonly #directory = mkdtempSync(join(tmpdir(), 'gifchat-haproxy-'))
  readonly #process: ChildProcess

  private constructor(port: number, nodes: readonly number[]) {
    this.port = port
    const file = join(this.#directory, 'haproxy.cfg')
    writeFileSync(file, configOf(port, nodes))
    this.#process = spawn('haproxy', ['-f', file, '-db'], { stdio: 'ignore' })
  }

  /** Resolves when it listens. Which nodes are up it finds out by itself. */
  static async start(nodes: readonly number[]): Promise<TestHaproxy> {
    const haproxy = new TestHaproxy(await freePort(), nodes)
    await once(haproxy.#process, 'spawn')
    while (!(await isListening(haproxy.port))) {
      if (haproxy.#process.exitCode !== null) throw new Error('haproxy ended before it listened')
      await setTimeout(10)
    }
    return haproxy
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    }
    rmSync(this.#directory, { recursive: true })
  }
}
