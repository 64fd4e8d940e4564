import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './server-process.ts'

const program = join(import.meta.dirname, '../../bin/gifchat.js')

/** Somebody who starts servers in the background. None of them outlives the test. */
export class Operator implements AsyncDisposable {
  readonly home: string

  private constructor(home: string) {
    this.home = home
  }

  static async moveIn(name = 'gifchat-operator-'): Promise<Operator> {
    return new Operator(await mkdtemp(join(tmpdir(), name)))
  }

  get sockets(): string {
    return join(this.home, '.local/state/gifchat/servers')
  }

  serve = (...args: readonly string[]) => this.run('serve', ...args)

  run(...args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
    const { HOME: _home, XDG_STATE_HOME: _state, ...others } = process.env
    const env = { ...others, HOME: this.home, LANG: 'C.UTF-8' }
    return new Promise(resolve => {
      execFile(process.execPath, [program, ...args], { env }, (failed, out, error) =>
        resolve({ code: typeof failed?.code === 'number' ? failed.code : 0, out, error }),
      )
    })
  }

  /** Starts one on a free port of this machine alone. */
  async detach(): Promise<number> {
    const port = await freePort()
    const started = await this.serve(...this.#flags(port), '--detach')
    assert.equal(started.code, 0, started.error)
    assert.match(started.out, new RegExp(`serves at ws://127\\.0\\.0\\.1:${port}`))
    return port
  }

  /** Tries to start one on this port, with data of its own. */
  detachOn = (port: number) => this.serve(...this.#flags(port), '--detach')

  /** Tries to run one here. */
  serveOn = (port: number) => this.serve(...this.#flags(port))

  #flags = (port: number) => [
    '--port',
    String(port),
    '--host',
    '127.0.0.1',
    '--data',
    join(this.home, `data-${port}-${Math.random()}`),
  ]

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [, port = ''] of (await this.serve('--status')).out.matchAll(/^ws:\S+:(\d+):/gm))
      await this.serve('--stop', '--port', port)
    await rm(this.home, { recursive: true, force: true })
  }
}
