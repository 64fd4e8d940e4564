import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort, isListening } from './server-process.ts'

/** Why a test is skipped without one. */
export const NO_HAPROXY = 'no haproxy on PATH'

export const hasHaproxy = (): boolean => spawnSync('haproxy', ['-v']).status === 0

/**
 * A node that does not answer `/readyz` in time gets no clients, and those it has are cut off: it
 * may be frozen, and they come back to another.
 */
const configOf = (port: number, nodes: readonly number[]): string => `
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  timeout check 1s
  option redispatch
  retries 3
frontend chat
  bind 127.0.0.1:${port}
  default_backend nodes
backend nodes
  balance roundrobin
  option forwardfor
  option httpchk GET /readyz
  http-check expect status 200
  default-server check inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions
${nodes.map((node, index) => `  server node${index} 127.0.0.1:${node}`).join('\n')}
`

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
